"""Commands that read: corpora, sample, next, evaluate, runs."""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import replace
from typing import Any

import numpy as np

from charlstm.analysis.distribution import entropy_bits, nats_to_bits
from charlstm.analysis.loss import (
    Bill,
    Loss,
    mean_loss,
    per_character,
    stream_loss,
    symbol_losses,
    window_loss,
)
from charlstm.commands.files import corpus_given
from charlstm.commands.output import end_progress, escaped, say, tell, tell_progress, write
from charlstm.data import named
from charlstm.data.corpus import WINDOW, WINDOW_STEP, part
from charlstm.data.vocabulary import CHAR, Reading, Vocabulary
from charlstm.errors import CorpusError, SettingsError
from charlstm.runs.config import RunConfig
from charlstm.runs.opening import open_model, speller_of
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import use_one_thread
from charlstm.sampling.strategies import Strategy, read_strategies
from charlstm.settings.settings import FIELDS

MAX_LENGTH = 1_000_000


def corpora(arguments: argparse.Namespace) -> None:
    """List the corpora that have a name."""
    if problem := named.folder_problem():
        raise CorpusError(problem)
    for name in named.names():
        at_hand = named.is_at_hand(name)
        if arguments.json:
            say({"corpus": name, "at_hand": at_hand})
        else:
            print(f"{name:<14}{'at hand' if at_hand else 'downloaded on first use'}")


def sample(arguments: argparse.Namespace) -> None:
    """Write text that goes on from a prompt."""
    check_temperature_given(arguments.temperature)
    check_whole("length", arguments.length, MAX_LENGTH)
    check_seed(arguments.seed)
    strategies = strategies_given(arguments.strategy)
    use_one_thread()
    model = model_given(arguments)
    reading = model.read(arguments.prompt)
    began = time.perf_counter()
    text = model.write(
        reading.text,
        temperature=arguments.temperature,
        length=arguments.length,
        seed=arguments.seed,
        strategies=strategies,
    )
    taken = time.perf_counter() - began
    if arguments.json:
        speed = len(text) / taken
        say({"text": text, "prompt": reading.text, **changes(reading)} | _speed(speed))
        return
    tell_changes(reading)
    write(reading.text + text)


def next_character(arguments: argparse.Namespace) -> None:
    """Give the distribution of the next character."""
    check_temperature_given(arguments.temperature)
    strategies = strategies_given(arguments.strategy)
    model = model_given(arguments)
    reading = model.read(arguments.prompt)
    probabilities = model.next(reading.text, arguments.temperature, strategies)
    if arguments.json:
        say(
            {
                "symbols": list(model.vocabulary.symbols),
                "probabilities": probabilities.tolist(),
                "entropy_bits": entropy_bits(probabilities),
                **changes(reading),
            }
        )
        return
    tell_changes(reading)
    width = 2 + max(6, *(len(repr(symbol)) for symbol in model.vocabulary.symbols))
    for index in np.argsort(-model.next(reading.text), kind="stable"):
        print(f"{model.vocabulary.symbols[index]!r:<{width}}{probabilities[index]:.6f}")
    print(f"entropy {entropy_bits(probabilities):.4f} bits")


def evaluate(arguments: argparse.Namespace) -> None:
    """Measure the window loss and the stream loss of a run on a text."""
    run = find(arguments.run)
    config = run.config()
    model = open_model(run, arguments.checkpoint, np.float32)
    corpus = corpus_given(arguments.corpus, lowercase=config.settings.lowercase)
    own = corpus.sha256 == config.sha256
    held_out = own and config.training_length < config.length
    text = part(corpus.pieces(), config.training_length if held_out else 0, len(corpus))
    reading = _read_whole(model.vocabulary, text)
    if len(reading.ids) <= WINDOW:
        raise CorpusError(
            f"{len(reading.ids)} {model.vocabulary.unit}s that the model knows are left of this"
            f" text; it takes at least {WINDOW + 1}."
        )
    measure = per_character(reading.text, model.vocabulary, speller_of(run))
    nats = symbol_losses(model.network, reading.ids, model.window, _evaluating("whole text, its"))
    bill = Bill(measure, float(nats_to_bits(nats.sum())))
    # One of the two is a mean of what the symbols cost as the model reads them.
    carried = model.window is None
    losses = {
        "window": window_loss(model.network, reading.ids, _evaluating("window"))
        if carried
        else mean_loss(nats[WINDOW::WINDOW_STEP]),
        "stream": mean_loss(nats[1:])
        if carried
        else stream_loss(model.network, reading.ids, _evaluating("stream")),
    }
    end_progress()
    measured_on = "held out" if held_out else "all"
    level = model.vocabulary.level
    if arguments.json:
        say(
            {name: _loss(loss) for name, loss in losses.items()}
            | {"part": measured_on, "level": level}
            | {**changes(reading), "dropped_count": reading.dropped_count}
            | _paid(bill)
        )
        return
    tell_changes(replace(reading, dropped=()))
    dropped = escaped("".join(reading.dropped)) or "nothing"
    print(f"part: {measured_on}; level: {level}; dropped: {dropped}")
    for name, loss in losses.items():
        print(f"{name} loss {loss.nats:.4f} nats, {loss.bits:.4f} bits, {loss.predictions:,} times")
    spelled = (
        f", {bill.spelling_bits / bill.text.characters:.4f} of them for the letters of"
        f" {bill.text.unknown:,} unknown words"
        if level != CHAR
        else ""
    )
    print(
        f"{bill.bits_per_character:.4f} bits per character over"
        f" {'' if reading.dropped else 'all '}{reading.counted}{spelled}"
    )


def _read_whole(vocabulary: Vocabulary, text: str) -> Reading:
    """Return a text as a model reads it, to its very end: it is measured, not gone on from."""
    if vocabulary.level == CHAR:
        return vocabulary.read(text)
    return Reading(text, vocabulary.encode(text), (), (), 0)


def _paid(bill: Bill) -> dict[str, float]:
    return {
        "bits_per_character": bill.bits_per_character,
        "characters": bill.text.characters,
        "symbols": bill.text.symbols,
        "unknown": bill.text.unknown,
        "spelling_bits_per_character": bill.spelling_bits / bill.text.characters,
    }


def of_words(config: RunConfig, best: float | None) -> dict[str, Any]:
    """Return what the JSON of a run of words has besides; the loss of others is per character."""
    if config.settings.level == CHAR:
        return {}
    bits = None if best is None else config.per_character.bits(best)
    return {"level": config.settings.level, "best_bits_per_character": bits}


def _evaluating(name: str) -> Any:
    return lambda done, total: tell_progress(f"{name} loss: {done:,} of {total:,}")


def _loss(loss: Loss) -> dict[str, float]:
    return {"nats": loss.nats, "bits": loss.bits, "predictions": loss.predictions}


def changes(reading: Reading) -> dict[str, list[str]]:
    """Return what was folded and dropped of a text, and what else was done to it, for JSON."""
    besides = {"unknown": list(reading.unknown), "reformed": list(reading.reformed)}
    return {"folded": list(reading.folded), "dropped": list(reading.dropped)} | {
        name: symbols for name, symbols in besides.items() if symbols
    }


def _speed(characters_per_second: float) -> dict[str, int]:
    return {"characters_per_second": round(characters_per_second)}


def tell_changes(reading: Reading) -> None:
    """Say what was folded, dropped, read otherwise and not known of a text, on standard error."""
    if reading.folded:
        tell(f"folded to lower case: {' '.join(reading.folded)}")
    if reading.reformed:
        tell(f"read in the other form of Unicode: {' '.join(reading.reformed)}")
    if reading.dropped:
        dropped = " ".join(map(repr, reading.dropped))
        tell(f"dropped, unknown to the model: {dropped}")
    if reading.unknown:
        unknown = " ".join(map(repr, reading.unknown))
        tell(f"read as the unknown word: {unknown}")
    if reading.space_left_off:
        tell("left off: the space at the end; a word brings its own")


def model_given(arguments: argparse.Namespace) -> LanguageModel:
    """Return the model that writes, without its unknown words where that is asked for."""
    model = open_model(arguments.run, arguments.checkpoint)
    return model.without_unknown() if arguments.known else model


def check_temperature_given(temperature: float) -> None:
    """Refuse with a SettingsError what is no finite number from 0 upwards.

    The functions take infinity for the uniform distribution; who types it on a command line has
    mistyped, and JSON could not say it back.
    """
    if not 0 <= temperature < math.inf:
        raise SettingsError(f"A temperature is a finite number from 0 upwards, not {temperature}.")


def strategies_given(text: str) -> tuple[Strategy, ...]:
    """Return the strategies of a list such as ``top-k:40,top-p:0.9``, or refuse it."""
    try:
        return read_strategies(text)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def check_whole(name: str, value: int, most: int, least: int = 0) -> None:
    """Refuse a whole number outside its limits with a SettingsError."""
    if not least <= value <= most:
        raise SettingsError(f"The {name} must lie between {least:,} and {most:,}, not {value:,}.")


def check_seed(seed: int) -> None:
    """Refuse with a SettingsError a seed that pages and trainings would not take either."""
    check_whole("seed", seed, int(FIELDS["seed"].high))
