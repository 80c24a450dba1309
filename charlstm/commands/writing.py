"""Commands that write with a model, or measure how it reads: sample, compare, next, score."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from charlstm.commands.output import print_json, print_text
from charlstm.commands.parser import (
    JSON,
    KNOWN,
    LENGTH,
    PROMPT,
    SEED,
    STRATEGY,
    TEMPERATURE,
    argument,
    command,
    model,
)
from charlstm.errors import CorpusError, SettingsError, printable

MOST_COLUMNS = 24
MOST_SCORED = 1_000_000


@command(
    "sample",
    "write text that continues a prompt",
    model,
    PROMPT,
    TEMPERATURE,
    LENGTH,
    SEED,
    STRATEGY,
    KNOWN,
    JSON,
)
def sample(arguments: Namespace) -> None:
    import time

    from charlstm.commands import given

    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    writer, reading = given.model_and_prompt(arguments)
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
        print_json({"text": text, "prompt": reading.text, **given.changes(reading)} | speed)
        return
    given.report_changes(reading)
    print_text(reading.text + text)


@command(
    "compare",
    "write at several temperatures with the same random numbers",
    model,
    PROMPT,
    argument(
        "--temperatures",
        default="0.2,0.5,1.0,1.2",
        metavar="T,T,…",
        help=f"1 to {MOST_COLUMNS} temperatures; default 0.2,0.5,1.0,1.2",
    ),
    *(LENGTH, SEED, STRATEGY, KNOWN, JSON),
)
def compare(arguments: Namespace) -> None:
    from dataclasses import asdict

    from charlstm.commands import given
    from charlstm.exploring.compare import compare as compare_temperatures

    temperatures = _temperatures(arguments.temperatures)
    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    writer, reading = given.model_and_prompt(arguments)
    result = compare_temperatures(
        writer,
        reading.text,
        temperatures,
        length=arguments.length,
        seed=arguments.seed,
        strategies=strategies,
    )
    columns = [
        {"temperature": temperature, "text": text}
        for temperature, text in zip(result.temperatures, result.texts, strict=True)
    ]
    temperature_of = result.temperatures.__getitem__
    forks = [
        asdict(fork) | {"left": temperature_of(fork.left), "right": temperature_of(fork.right)}
        for fork in result.forks
    ]
    if arguments.json:
        answer = {"prompt": result.prompt, "columns": columns, "forks": forks}
        print_json(answer | given.changes(reading))
        return
    given.report_changes(reading)
    for column in columns:
        print_text(f"T = {column['temperature']:g}\n{result.prompt}{column['text']}\n")
    for fork in forks:
        first, second = fork["symbols"]
        print(
            f"{fork['left']:g} and {fork['right']:g} differ after {fork['position']}"
            f" {writer.vocabulary.unit}s: the random number {fork['uniform']:.6f} picks"
            f" {first!r} and {second!r}"
        )


def _temperatures(listed: str) -> list[float]:
    from charlstm.commands.given import check_temperature
    from charlstm.exploring.compare import numbers_in

    try:
        temperatures = numbers_in(listed)
    except ValueError:
        raise SettingsError(
            f"The temperatures are numbers such as 0.2,0.5,1.0 or '0,2; 0,5; 1', not {listed!r}."
        ) from None
    if not temperatures:
        raise SettingsError("At least one temperature is needed, such as 0.5.")
    if len(temperatures) > MOST_COLUMNS:
        raise SettingsError(f"At most {MOST_COLUMNS} temperatures can be compared at once.")
    for temperature in temperatures:
        check_temperature(temperature)
    return temperatures


@command(
    "next",
    "show the distribution of the next character",
    model,
    PROMPT,
    argument("--temperature", type=float, default=1.0, metavar="T", help="default 1.0"),
    *(STRATEGY, KNOWN, JSON),
)
def next_character(arguments: Namespace) -> None:
    import numpy as np

    from charlstm.analysis.distribution import entropy_bits
    from charlstm.commands import given

    given.check_numbers(arguments)
    strategies = given.strategies(arguments)
    writer, reading = given.model_and_prompt(arguments)
    symbols = writer.vocabulary.symbols
    probabilities = writer.next(reading.text, arguments.temperature, strategies)
    entropy = entropy_bits(probabilities)
    if arguments.json:
        answer = {"symbols": list(symbols), "probabilities": probabilities.tolist()}
        print_json(answer | {"entropy_bits": entropy} | given.changes(reading))
        return
    given.report_changes(reading)
    width = 2 + max(6, *(len(repr(symbol)) for symbol in symbols))
    for index in np.argsort(-writer.next(reading.text), kind="stable"):
        print(f"{symbols[index]!r:<{width}}{probabilities[index]:.6f}")
    print(f"entropy {entropy:.4f} bits")


def _text_or_file(parser: ArgumentParser) -> None:
    text = parser.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", type=printable, metavar="TEXT")
    text.add_argument("--file", metavar="FILE")


@command("score", "show how surprising each character of a text is", model, _text_or_file, JSON)
def score(arguments: Namespace) -> None:
    from charlstm.commands import given
    from charlstm.exploring.surprise import surprise

    text = arguments.text if arguments.file is None else given.text_in(Path(arguments.file))
    if len(text) > MOST_SCORED:
        raise CorpusError(
            f"This text has {len(text):,} characters; at most {MOST_SCORED:,} can be scored."
        )
    result = surprise(given.model(arguments), text)
    table, reading = result.table, result.reading
    is_any_left = bool(reading.text)
    if arguments.json:
        print_json(
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
    if is_any_left:
        print(
            f"{result.total_bits:.1f} bits in all, {result.bits_per_character:.4f} per character,"
            f" over {reading.counted}"
        )
    else:
        print(f"no figure: {reading.counted}")
