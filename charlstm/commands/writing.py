"""Commands that write with a model, or show how it reads: sample, compare, next, score."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from charlstm.commands import given, output
from charlstm.commands.parser import TEXT, argument, command, model
from charlstm.errors import CorpusError, SettingsError

MOST_COLUMNS = 24
MOST_SCORED = 1_000_000
_TEMPERATURES = "0.2,0.5,1.0,1.2"


@command(
    "sample",
    "write text that continues a prompt",
    model,
    "--prompt --temperature --length --seed --strategy --known --json",
)
def sample(arguments: Namespace) -> None:
    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    writer = given.model(arguments)
    reading = writer.read(arguments.prompt)
    began = time.perf_counter()
    text = writer.write(
        reading.text,
        temperature=arguments.temperature,
        length=arguments.length,
        seed=arguments.seed,
        strategies=strategies,
    )
    speed = {"characters_per_second": round(len(text) / (time.perf_counter() - began))}
    if arguments.json:
        answer = {"text": text, "prompt": reading.text}
        output.print_json(answer | given.changes(reading) | speed)
        return
    given.report_changes(reading)
    output.print_text(reading.text + text)


@command(
    "compare",
    "write at several temperatures with the same random numbers",
    model,
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
    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    writer = given.model(arguments)
    reading = writer.read(arguments.prompt)
    result = compare_temperatures(
        writer,
        reading.text,
        temperatures,
        length=arguments.length,
        seed=arguments.seed,
        strategies=strategies,
    )
    columns = list(zip(result.temperatures, result.texts, strict=True))
    forks = [
        asdict(fork) | {side: temperatures[getattr(fork, side)] for side in ("left", "right")}
        for fork in result.forks
    ]
    if arguments.json:
        shown = [{"temperature": temperature, "text": text} for temperature, text in columns]
        answer = {"prompt": result.prompt, "columns": shown, "forks": forks}
        output.print_json(answer | given.changes(reading))
        return
    given.report_changes(reading)
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
        given.check_temperature(temperature)
    return temperatures


@command(
    "next",
    "show the distribution of the next character",
    model,
    argument("--temperature", type=float, default=1.0, metavar="T", help="default 1.0"),
    "--prompt --strategy --known --json",
)
def next_character(arguments: Namespace) -> None:
    from charlstm.analysis.distribution import entropy_bits

    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    reader = given.model(arguments)
    reading, symbols = reader.read(arguments.prompt), reader.vocabulary.symbols
    probabilities = reader.next(reading.text, arguments.temperature, strategies)
    entropy = entropy_bits(probabilities)
    if arguments.json:
        answer = {"symbols": list(symbols), "probabilities": probabilities.tolist()}
        output.print_json(answer | {"entropy_bits": entropy} | given.changes(reading))
        return
    given.report_changes(reading)
    width = 2 + max(6, *(len(repr(symbol)) for symbol in symbols))
    for index in (-reader.next(reading.text)).argsort(kind="stable"):
        print(f"{symbols[index]!r:<{width}}{probabilities[index]:.6f}")
    print(f"entropy {entropy:.4f} bits")


def _text_or_file(parser: ArgumentParser) -> None:
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", **TEXT)
    text.add_argument("--file", metavar="FILE")


@command("score", "show how surprising each character of a text is", model, _text_or_file, "--json")
def score(arguments: Namespace) -> None:
    from charlstm.exploring.trails import surprise

    text = arguments.text if arguments.file is None else given.text_in(Path(arguments.file))
    if len(text) > MOST_SCORED:
        raise CorpusError(
            f"This text has {len(text):,} characters; at most {MOST_SCORED:,} can be scored."
        )
    result = surprise(given.model(arguments), text)
    table, reading = result.table, result.reading
    if arguments.json:
        is_any_left = bool(reading.text)
        output.print_json(
            {
                "symbols": table["symbol"].tolist(),
                "probabilities": table["probability"].tolist(),
                "ranks": table["rank"].tolist(),
                "bits": table["bits"].tolist(),
                "total_bits": result.total_bits if is_any_left else None,
                "bits_per_character": result.bits_per_character if is_any_left else None,
                **given.changes(reading),
                "dropped_count": reading.dropped_count,
            }
        )
        return
    given.report_changes(reading)
    width = 2 + max(6, *map(len, map(repr, table["symbol"])), 0)
    for row in table.itertuples():
        print(
            f"{row.symbol!r:<{width}}{row.probability:.6f}  rank {row.rank:>3}  {row.bits:.3f} bits"
        )
    if not reading.text:
        print(f"no figure: {reading.counted}")
        return
    print(
        f"{result.total_bits:.1f} bits in all, {result.bits_per_character:.4f} per character, over"
        f" {reading.counted}"
    )
