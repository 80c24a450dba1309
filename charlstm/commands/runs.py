"""Commands that train runs, and commands that list, move and delete them; the list of corpora.

A training checks everything before TensorFlow is imported.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charlstm.commands import output
from charlstm.commands.parser import argument, command, read_corpus
from charlstm.errors import CorpusError, RunError, SettingsError, printable

if TYPE_CHECKING:
    from charlstm.runs.config import RunConfig
    from charlstm.runs.folder import RunFolder
    from charlstm.settings import Settings

IDLE_SECONDS = 600.0
_HEADS = ("run", "status", "recipe", "level", "corpus", "epochs", "held-out window loss, nats")


_METAVARS = {int: "N", float: "X", str: "NAME"}


def _add_settings(parser: ArgumentParser, names: Iterable[str] | None = None) -> None:
    """Add the options of some settings, or of all and the presets; None means not given."""
    from charlstm.settings import FIELDS, PRESETS

    parser.epilog = (
        "Defaults are those of an lstm of characters; a recipe or preset may have others."
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
            options |= {"type": field.kind, "metavar": _METAVARS[field.kind]}
            help += "" if field.kind is str else f"; {field.limits}"
        option, *old_options = field.options
        parser.add_argument(option, help=help, **options)
        for old in old_options:
            parser.add_argument(old, help=argparse.SUPPRESS, **options)


def _settings(arguments: Namespace) -> Settings:
    """Return the settings that the options of a command ask for."""
    from charlstm.settings import FIELDS, PRESETS, settings_for

    given = {name: getattr(arguments, name, None) for name in FIELDS}
    preset = PRESETS.get(getattr(arguments, "preset", None) or "")
    return preset.settings(**given) if preset else settings_for(**given)


@command("train", "train a new run", "--corpus", _add_settings, "--run --json")
def train(arguments: Namespace) -> None:
    from charlstm.commands import fitting
    from charlstm.data.corpus import MANY_CAPITALS
    from charlstm.data.words import WORD
    from charlstm.engine.process import check_nothing_trains
    from charlstm.engine.standby import check_tensorflow
    from charlstm.runs.new import new_run, settings_to_share

    if arguments.vocabulary is not None and arguments.level != WORD:
        raise SettingsError("--vocabulary is for models of words; add --level word.")
    if arguments.start_from is not None:
        for name, value in settings_to_share(arguments.start_from).items():
            if getattr(arguments, name) is None:
                setattr(arguments, name, value)
    settings = _settings(arguments)
    check_tensorflow()
    check_nothing_trains()
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
    from charlstm.engine.standby import check_tensorflow
    from charlstm.settings import FIELDS
    from charlstm.training import import_tensorflow

    settings = _settings(arguments)
    most = int(FIELDS["vocabulary"].high)
    if not 2 <= arguments.symbols <= most:
        raise SettingsError(f"The symbols must lie between 2 and {most:,}.")
    check_tensorflow()
    import_tensorflow()
    from charlstm.training.learner import measured_speed

    output.print_json(characters_per_second=round(measured_speed(settings, arguments.symbols)))


@command("runs", "list all runs", "--json")
def runs(arguments: Namespace) -> None:
    from charlstm.engine.process import live_status
    from charlstm.runs.store import all_runs

    table: list[tuple[str, ...]] = [_HEADS]
    for run in all_runs():
        try:
            config, status = run.config(), live_status(run)
            row = {
                "run": run.name,
                "status": status.status,
                "recipe": config.settings.recipe,
                "corpus": config.corpus,
                "epochs": status.epoch,
                "best_held_out_loss": status.best_held_out_loss,
            }
            if arguments.json:
                output.print_json(row | word_figures(config, status.best_held_out_loss))
            else:
                table.append(_cells(run, config.settings.level, row))
        except RunError as error:
            output.print_message(f"charlstm: {error}")
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table if len(table) > 1 else []:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        print("  ".join(cells).rstrip())


def _cells(run: RunFolder, level: str, row: dict[str, Any]) -> tuple[str, ...]:
    """Return a run's line of the table."""
    from charlstm.data.words import UNITS

    # Next to losses per character, a loss per token must be labelled.
    loss = row["best_held_out_loss"]
    shown = "–" if loss is None else f"{loss:.3f} per {UNITS[level]}"
    epochs = f"{row['epochs']:>6}"
    if row["epochs"] == 0 and (history := run.history()):
        epochs = f"{history[-1]['epoch']:>6.1f}"
    cells = (run.name, row["status"], row["recipe"], level, row["corpus"], epochs, shown)
    return tuple(map(output.escaped, cells))


def word_figures(config: RunConfig, best: float | None) -> dict[str, Any]:
    """Return what JSON adds for a run of words, whose loss is per token; else nothing."""
    from charlstm.data.vocabulary import CHAR

    if config.settings.level == CHAR:
        return {}
    bits = None if best is None else config.per_character.bits(best)
    return {"level": config.settings.level, "best_bits_per_character": bits}


@command("corpora", "list the corpora that have a name", "--json")
def corpora(arguments: Namespace) -> None:
    from charlstm.data import named

    if problem := named.folder_problem():
        raise CorpusError(problem)
    for name in named.names():
        at_hand = named.is_at_hand(name)
        if arguments.json:
            output.print_json(corpus=name, at_hand=at_hand)
        else:
            print(f"{name:<14}{'available' if at_hand else 'downloaded on first use'}")
    if others := named.texts_without_name():
        output.print_message(
            "Not listed, because a name may have only letters, digits, - and _ before .txt:"
            f" {', '.join(printable(other) for other in others)}"
        )


@command(
    "export",
    "write a run to one file",
    "run file --force",
    argument("--with-text", action="store_true", help="include the text of the run"),
)
def export(arguments: Namespace) -> None:
    from charlstm.runs.store import find
    from charlstm.runs.transfer import export_run

    run, path = find(arguments.run), output.target(arguments.file, force=arguments.force)
    output.write(path, lambda file: export_run(run, file, with_text=arguments.with_text))
    size = path.stat().st_size
    left_out = "" if arguments.with_text or not run.config().keeps_text else ", without its text"
    print(output.escaped(f"{run.name}: {size / 1e6:,.1f} MB in {path}{left_out}"))


@command("import", "read a run from a file made by export", "file --run --json")
def import_(arguments: Namespace) -> None:
    from charlstm.runs.transfer import import_run

    with output.file_errors(arguments.file, "read"), Path(arguments.file).open("rb") as file:
        run = import_run(file, arguments.run)
    if arguments.json:
        output.print_json(run=run.name, checkpoints=run.checkpoints())
    else:
        print(run.name)


@command("rename", "give a run another name", "run", argument("name", metavar="NEW"))
def rename(arguments: Namespace) -> None:
    from charlstm.engine.process import rename_run
    from charlstm.runs.store import find

    print(rename_run(find(arguments.run), arguments.name).name)


@command(
    "delete",
    "delete a run for good",
    "run",
    argument("--yes", action="store_true", help="delete without asking"),
)
def delete(arguments: Namespace) -> None:
    from charlstm.engine.process import delete_run, why_kept
    from charlstm.runs.store import find

    run = find(arguments.run)
    if reason := why_kept(run):
        raise RunError(reason)
    if not arguments.yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise RunError(f"To delete {run.name} for good, give --yes.")
        question = f"Delete {run.name} and all its checkpoints for good? [y/N] "
        print(question, end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print(f"{run.name} is kept.")
            return
    delete_run(run)
    print(f"{run.name} is deleted.")


@command(
    "ship",
    "copy a finished run to assets/, in half precision",
    "run",
    argument(
        "--checkpoints",
        type=int,
        default=28,
        metavar="N",
        help="keep at most N checkpoints, 1 for the best alone; default 28",
    ),
)
def ship(arguments: Namespace) -> None:
    from charlstm.runs.opening import ship_run
    from charlstm.runs.store import find, folder_bytes

    shipped = ship_run(find(arguments.run), most=arguments.checkpoints)
    print(f"{shipped.path}: {folder_bytes(shipped.path) / 1e6:.2f} MB")


@command("stand-by", "")
def stand_by(_arguments: Namespace) -> None:
    """Load and compile on request, until a run is named, the input ends, or time is up.

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
    from charlstm.settings import settings_from
    from charlstm.training import import_tensorflow

    use_one_thread()
    import_tensorflow()
    from charlstm.training.learner import Prepared

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
