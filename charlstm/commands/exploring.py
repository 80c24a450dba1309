"""Commands that explore a model: compare, score."""

from __future__ import annotations

import argparse
from pathlib import Path

from charlstm.commands.files import text_given
from charlstm.commands.output import say, write
from charlstm.commands.reading import (
    MAX_LENGTH,
    changes,
    check_seed,
    check_temperature_given,
    check_whole,
    model_given,
    strategies_given,
    tell_changes,
)
from charlstm.errors import CorpusError, SettingsError
from charlstm.exploring.compare import compare as compare_temperatures
from charlstm.exploring.compare import numbers_in
from charlstm.exploring.trails import surprise
from charlstm.runs.opening import open_model
from charlstm.sampling.network import use_one_thread

MOST_COLUMNS = 24
MOST_SCORED = 1_000_000


def compare(arguments: argparse.Namespace) -> None:
    """Write from one prompt at several temperatures with the same uniforms."""
    temperatures = _temperatures(arguments.temperatures)
    check_whole("length", arguments.length, MAX_LENGTH)
    check_seed(arguments.seed)
    strategies = strategies_given(arguments.strategy)
    use_one_thread()
    model = model_given(arguments)
    reading = model.read(arguments.prompt)
    result = compare_temperatures(
        model,
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
    forks = [
        {
            "left": result.temperatures[fork.left],
            "right": result.temperatures[fork.right],
            "position": fork.position,
            "uniform": fork.uniform,
            "symbols": list(fork.symbols),
        }
        for fork in result.forks
    ]
    if arguments.json:
        say({"prompt": result.prompt, "columns": columns, "forks": forks, **changes(reading)})
        return
    tell_changes(reading)
    for column in columns:
        write(f"T = {column['temperature']:g}\n{result.prompt}{column['text']}\n")
    for fork in result.forks:
        left, right = result.temperatures[fork.left], result.temperatures[fork.right]
        unit = model.vocabulary.unit
        print(
            f"{left:g} and {right:g} differ after {fork.position} {unit}s: the random number"
            f" {fork.uniform:.6f} picks {fork.symbols[0]!r} and {fork.symbols[1]!r}"
        )


def _temperatures(given: str) -> list[float]:
    try:
        temperatures = numbers_in(given)
    except ValueError:
        raise SettingsError(
            f"The temperatures are numbers such as 0.2,0.5,1.0 or '0,2; 0,5; 1', not {given!r}."
        ) from None
    if not temperatures:
        raise SettingsError("At least one temperature is needed, such as 0.5.")
    if len(temperatures) > MOST_COLUMNS:
        raise SettingsError(f"At most {MOST_COLUMNS} temperatures can be compared at once.")
    for temperature in temperatures:
        check_temperature_given(temperature)
    return temperatures


def score(arguments: argparse.Namespace) -> None:
    """Say how surprising each character of a text is."""
    text = arguments.text if arguments.file is None else text_given(Path(arguments.file))
    if len(text) > MOST_SCORED:
        raise CorpusError(
            f"This text has {len(text):,} characters; at most {MOST_SCORED:,} can be scored."
        )
    use_one_thread()
    model = open_model(arguments.run, arguments.checkpoint)
    result = surprise(model, text)
    table, is_any_left = result.table, bool(result.reading.text)
    if arguments.json:
        say(
            {
                "symbols": table["symbol"].tolist(),
                "probabilities": table["probability"].tolist(),
                "ranks": table["rank"].tolist(),
                "bits": table["bits"].tolist(),
                "total_bits": result.total_bits if is_any_left else None,
                "bits_per_character": result.bits_per_character if is_any_left else None,
                **changes(result.reading),
                "dropped_count": result.reading.dropped_count,
            }
        )
        return
    tell_changes(result.reading)
    width = 2 + max(6, *map(len, map(repr, table["symbol"])), 0)
    for row in table.itertuples():
        print(
            f"{row.symbol!r:<{width}}{row.probability:.6f}  rank {row.rank:>3}  {row.bits:.3f} bits"
        )
    print(
        f"{result.total_bits:.1f} bits in all, {result.bits_per_character:.4f} per character, over"
        f" {result.reading.counted}"
        if is_any_left
        else f"no figure: {result.reading.counted}"
    )
