"""Commands that use a model on a text: sample, compare, page, next, score, compress, decompress."""

from __future__ import annotations

import math
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from charlstm.commands import output
from charlstm.commands.parser import (
    BYTES_PER_CHARACTER,
    TEXT,
    argument,
    check_temperature,
    command,
    how_to_write,
    model_of,
    read_bytes,
    read_text,
)
from charlstm.errors import CorpusError, SettingsError

MOST_COLUMNS = 24
MOST_SCORED = 1_000_000
_TEMPERATURES = "0.2,0.5,1.0,1.2"


@command(
    "sample",
    "write text that continues a prompt",
    "model --prompt --temperature --length --seed --strategy --known --json",
)
def sample(arguments: Namespace) -> None:
    how = how_to_write(arguments)
    writer = model_of(arguments)
    reading = writer.read(arguments.prompt)
    began = time.perf_counter()
    text = writer.write(reading.text, **how)
    speed = {"characters_per_second": round(len(text) / (time.perf_counter() - began))}
    if arguments.json:
        output.print_json(text=text, prompt=reading.text, **output.changes(reading), **speed)
        return
    output.report_changes(reading)
    output.print_text(reading.text + text)


@command(
    "compare",
    "write at several temperatures with the same random numbers",
    "model",
    argument(
        "--temperatures",
        default=_TEMPERATURES,
        metavar="T,T,…",
        help=f"1 to {MOST_COLUMNS} temperatures; default {_TEMPERATURES}",
    ),
    "--prompt --length --seed --strategy --known --json",
)
def compare(arguments: Namespace) -> None:
    from dataclasses import asdict

    from charlstm.exploring.compare import compare as compare_temperatures

    temperatures = _temperatures(arguments.temperatures)
    how = how_to_write(arguments)
    writer = model_of(arguments)
    reading = writer.read(arguments.prompt)
    result = compare_temperatures(writer, reading.text, temperatures, **how)
    columns = list(zip(result.temperatures, result.texts, strict=True))
    forks = [
        asdict(fork) | {side: temperatures[getattr(fork, side)] for side in ("left", "right")}
        for fork in result.forks
    ]
    if arguments.json:
        shown = [{"temperature": temperature, "text": text} for temperature, text in columns]
        answer = {"prompt": result.prompt, "columns": shown, "forks": forks}
        output.print_json(answer, **output.changes(reading))
        return
    output.report_changes(reading)
    for temperature, text in columns:
        output.print_text(f"T = {temperature:g}\n{result.prompt}{text}\n")
    for fork in forks:
        left, right = map(repr, fork["symbols"])
        print(
            f"{fork['left']:g} and {fork['right']:g} differ after {fork['position']}"
            f" {writer.vocabulary.unit}s: the random number {fork['uniform']:.6f} picks {left} and"
            f" {right}"
        )


def _temperatures(listed: str) -> list[float]:
    from charlstm.exploring.compare import numbers_in

    try:
        temperatures = numbers_in(listed)
    except ValueError:
        raise SettingsError(
            f"The temperatures are numbers such as 0.2,0.5,1.0 or '0,2; 0,5; 1', not {listed!r}."
        ) from None
    if not 1 <= len(temperatures) <= MOST_COLUMNS:
        raise SettingsError(f"1 to {MOST_COLUMNS} temperatures can be compared at once.")
    for temperature in temperatures:
        check_temperature(temperature)
    return temperatures


@command(
    "next",
    "show the distribution of the next character",
    "model",
    argument("--temperature", type=float, default=1.0, metavar="T", help="default 1.0"),
    "--prompt --strategy --known --json",
)
def next_character(arguments: Namespace) -> None:
    from charlstm.analysis.distribution import entropy_bits

    how = how_to_write(arguments)
    reader = model_of(arguments)
    reading, symbols = reader.read(arguments.prompt), reader.vocabulary.symbols
    probabilities = reader.next(reading.text, **how)
    entropy = entropy_bits(probabilities)
    if arguments.json:
        answer = {"symbols": list(symbols), "probabilities": probabilities.tolist()}
        output.print_json(answer, entropy_bits=entropy, **output.changes(reading))
        return
    output.report_changes(reading)
    width = 2 + max(6, *(len(repr(symbol)) for symbol in symbols))
    for index in (-reader.next(reading.text)).argsort(kind="stable"):
        print(f"{symbols[index]!r:<{width}}{probabilities[index]:.6f}")
    print(f"entropy {entropy:.4f} bits")


def _text_or_file(parser: ArgumentParser) -> None:
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", **TEXT)
    text.add_argument("--file", metavar="FILE")


@command(
    "score",
    "show how surprising each character of a text is",
    "model",
    _text_or_file,
    "--json",
)
def score(arguments: Namespace) -> None:
    from charlstm.exploring.trails import surprise

    text = arguments.text
    if arguments.file is not None:
        text = read_text(Path(arguments.file), BYTES_PER_CHARACTER * MOST_SCORED)
    if len(text) > MOST_SCORED:
        raise CorpusError(f"At most {MOST_SCORED:,} characters can be scored, not {len(text):,}.")
    result = surprise(model_of(arguments), text)
    table, reading = result.table, result.reading
    if arguments.json:
        is_any_left = not math.isnan(result.bits_per_character)
        output.print_json(
            symbols=table["symbol"].tolist(),
            probabilities=table["probability"].tolist(),
            ranks=table["rank"].tolist(),
            bits=table["bits"].tolist(),
            total_bits=result.total_bits if is_any_left else None,
            bits_per_character=result.bits_per_character if is_any_left else None,
            **output.changes(reading),
            dropped_count=reading.dropped_count,
        )
        return
    output.report_changes(reading)
    width = 2 + max(6, *map(len, map(repr, table["symbol"])), 0)
    for row in table.itertuples():
        print(
            f"{row.symbol!r:<{width}}{row.probability:.6f}  rank {row.rank:>3}  {row.bits:.3f} bits"
        )
    if math.isnan(result.bits_per_character):
        print(f"no figure: {result.counted}")
        return
    print(
        f"{result.total_bits:.1f} bits in all, {result.bits_per_character:.4f} per character, over"
        f" {result.counted}"
    )


@command(
    "page",
    "save a model as one web page that needs no server",
    "run",
    argument("file", metavar="FILE.html"),
    argument("--checkpoint", type=int, metavar="STEP", help="default: the best"),
    argument("--prompt", **TEXT, help="the prompt that it opens with"),
    "--temperature",
    argument("--title", **TEXT, help="default: the name of the run"),
    "--known --force",
)
def page(arguments: Namespace) -> None:
    from charlstm.browser.handout import handout
    from charlstm.runs.store import find

    check_temperature(arguments.temperature)
    target = output.target(arguments.file, force=arguments.force)
    run, names = find(arguments.run), ("prompt", "temperature", "title", "known")
    asked = {name: getattr(arguments, name) for name in names}
    given = {name: value for name, value in asked.items() if value is not None}
    content = handout(run, arguments.checkpoint, **given).encode()
    output.write(target, lambda file: file.write(content))
    print(output.escaped(f"{run.name}: {len(content) / 1e3:,.0f} kB in {target}"))


_FILES = (argument("source", metavar="SRC"), argument("target", metavar="DST"), "--force --json")


@command("compress", "pack a text with a model's predictions", "model", *_FILES)
def compress(arguments: Namespace) -> None:
    from charlstm.compression.packer import open_packer
    from charlstm.data.decoding import about, exactly
    from charlstm.sampling.network import use_one_thread

    data = _content(arguments.source)
    with about(Path(arguments.source).name):
        text = exactly(data)
    target = output.target(arguments.target, force=arguments.force)
    use_one_thread()
    packer = open_packer(arguments.run, arguments.checkpoint)
    began = time.perf_counter()
    packing = packer.pack(text, progress=output.progress_of("characters packed"))
    bytes_per_second = len(data) / (time.perf_counter() - began)
    output.end_progress()
    output.write(target, lambda file: file.write(packing.data))
    if arguments.json:
        output.print_json(
            bytes_before=len(data),
            bytes_after=len(packing.data),
            head_bytes=packing.head,
            characters=len(text),
            bits_per_character=packing.bits_per_character,
            streams=packing.streams,
            run=packer.run,
            step=packer.step,
            fingerprint=packer.fingerprint.hex(),
            bytes_per_second=round(bytes_per_second),
        )
        return
    rate = packing.bits_per_character
    shown = "" if rate is None else f", {rate:.3f} bits per character"
    print(
        f"{len(data):,} bytes became {len(packing.data):,} (the header takes {packing.head} of"
        f" them){shown}, {bytes_per_second:,.0f} bytes/s"
    )


@command(
    "decompress",
    "unpack a text, identical to the original",
    argument("--run", metavar="RUN", help="default: the run that the file names"),
    *_FILES,
)
def decompress(arguments: Namespace) -> None:
    from charlstm.compression.packer import packer_for, read_packed
    from charlstm.sampling.network import use_one_thread

    packed = read_packed(_content(arguments.source))
    target = output.target(arguments.target, force=arguments.force)
    use_one_thread()
    packer = packer_for(packed, arguments.run)
    began = time.perf_counter()
    data = packer.unpack(packed, progress=output.progress_of("characters unpacked")).encode()
    bytes_per_second = len(data) / (time.perf_counter() - began)
    output.end_progress()
    output.write(target, lambda file: file.write(data))
    if arguments.json:
        speed = {"bytes_per_second": round(bytes_per_second)}
        output.print_json(bytes=len(data), run=packer.run, step=packer.step, **speed)
        return
    print(f"{len(data):,} bytes, identical to the original; {bytes_per_second:,.0f} bytes/s")


def _content(name: str) -> bytes:
    from charlstm.compression.packer import MOST_CHARACTERS

    return read_bytes(Path(name), BYTES_PER_CHARACTER * MOST_CHARACTERS)
