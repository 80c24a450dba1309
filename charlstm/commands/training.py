"""Commands that train: train, resume, race, probe, and stand-by, which a web server starts.

Everything is checked before TensorFlow is imported.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from charlstm.commands import output
from charlstm.commands.parser import argument, command, read_corpus
from charlstm.errors import RunError, SettingsError

if TYPE_CHECKING:
    from charlstm.settings.settings import Settings

IDLE_SECONDS = 600.0


def _add_settings(parser: ArgumentParser, names: Iterable[str] | None = None) -> None:
    """Add the options of some settings, or of all and the presets; None means not given."""
    from charlstm.settings.settings import FIELDS, PRESETS

    parser.epilog = (
        "Defaults are those of an lstm of characters; a recipe or preset may have its own."
    )
    if names is None:
        help = "settings for the time that you have; other options change them"
        parser.add_argument("--preset", choices=list(PRESETS), help=help)
    for name in names or FIELDS:
        field, options = FIELDS[name], dict[str, Any](dest=name)
        help = field.help if field.default is None else f"{field.help}; default {field.default}"
        if field.kind is bool:
            options |= {"action": "store_const", "const": not field.default}
            help = f"do not {field.help}" if field.default else field.help
        elif field.choices:
            options["choices"] = list(field.choices)
        else:
            options |= {"type": field.kind, "metavar": "N" if field.kind is int else "X"}
            help += f"; {field.limits}"
        option, *old_options = field.options
        parser.add_argument(option, help=help, **options)
        for old in old_options:
            parser.add_argument(old, help=argparse.SUPPRESS, **options)


def _settings(arguments: Namespace) -> Settings:
    """Return the settings that the options of a command ask for."""
    from charlstm.settings.settings import FIELDS, PRESETS, settings_for

    given = {name: getattr(arguments, name, None) for name in FIELDS}
    preset = PRESETS.get(getattr(arguments, "preset", None) or "")
    return preset.settings(**given) if preset else settings_for(**given)


@command("train", "train a new run", "--corpus", _add_settings, "--run --json")
def train(arguments: Namespace) -> None:
    from charlstm.commands import fitting
    from charlstm.data.corpus import MANY_CAPITALS
    from charlstm.data.words import WORD
    from charlstm.engine.process import running_run
    from charlstm.runs.new import new_run

    if arguments.vocabulary is not None and arguments.level != WORD:
        raise SettingsError("--vocabulary is for models of words; add --level word.")
    settings = _settings(arguments)
    fitting.check_tensorflow()
    if other := running_run():
        raise RunError(f"A training is running already, {other.name}; stop it or wait for it.")
    corpus = read_corpus(arguments.corpus, lowercase=settings.lowercase)
    if corpus.capitals > MANY_CAPITALS:
        output.print_message(
            f"{corpus.capitals:.0%} of the letters are capitals and are read as lower case;"
            " where capitals carry meaning, as in SMILES, ABC or FASTA, add --keep-case."
        )
    run = new_run(corpus, settings, arguments.run)
    fitting.train_runs(run, json_lines=arguments.json, are_new=True)


@command(
    "resume",
    "continue a run that was stopped",
    "run --json",
    argument("--epochs", type=int, metavar="N", help="the new total number of epochs"),
)
def resume(arguments: Namespace) -> None:
    from charlstm.commands.fitting import resume_runs

    resume_runs(arguments.run, json_lines=arguments.json, epochs=arguments.epochs)


@command(
    "race",
    "continue several runs, taking turns in one process",
    "--json",
    argument("runs", nargs="+", metavar="RUN"),
)
def race(arguments: Namespace) -> None:
    from charlstm.commands.fitting import resume_runs

    resume_runs(*arguments.runs, json_lines=arguments.json)


def _shape(parser: ArgumentParser) -> None:
    from charlstm.engine.standby import SHAPE

    _add_settings(parser, SHAPE)


@command(
    "probe",
    "measure how fast this machine trains a network",
    _shape,
    argument("--symbols", type=int, default=57, metavar="N", help="default 57"),
)
def probe(arguments: Namespace) -> None:
    from charlstm.commands.fitting import check_tensorflow
    from charlstm.settings.settings import FIELDS
    from charlstm.training import import_tensorflow

    settings = _settings(arguments)
    most = int(FIELDS["vocabulary"].high)
    if not 2 <= arguments.symbols <= most:
        raise SettingsError(f"The symbols must lie between 2 and {most:,}.")
    check_tensorflow()
    import_tensorflow()
    from charlstm.training.prepared import measured_speed

    output.print_json({"characters_per_second": round(measured_speed(settings, arguments.symbols))})


@command("stand-by", "")
def stand_by(_arguments: Namespace) -> None:
    """Load and compile what is asked for, until a run is named, the input ends, or time is up.

    A web server starts it and sends it orders; see engine/standby.py.
    """
    waiting = queue.Queue[dict[str, Any] | None]()

    def listen() -> None:
        for line in sys.stdin:
            waiting.put(json.loads(line))
        waiting.put(None)

    threading.Thread(target=listen, daemon=True).start()

    from charlstm.commands.fitting import resume_runs
    from charlstm.runs.store import find
    from charlstm.sampling.network import use_one_thread
    from charlstm.settings.settings import settings_from
    from charlstm.training import import_tensorflow

    use_one_thread()
    import_tensorflow()
    from charlstm.training.prepared import Prepared

    prepared = Prepared()
    while order := _next_order(waiting):
        if "run" in order:
            with (find(order["run"]).path / "training.log").open("ab") as log:
                for number in (1, 2):
                    os.dup2(log.fileno(), number)
            resume_runs(order["run"], make_learner=prepared)
            return
        asked = order["prepare"]
        prepared.prepare(settings_from(asked["settings"]), asked["symbols"], asked["length"])


def _next_order(waiting: queue.Queue[dict[str, Any] | None]) -> dict[str, Any] | None:
    """Return the next order, but only the last of several preparations."""
    try:
        order = waiting.get(timeout=IDLE_SECONDS)
        while order and "prepare" in order and not waiting.empty():
            order = waiting.get()
    except queue.Empty:
        return None
    return order
