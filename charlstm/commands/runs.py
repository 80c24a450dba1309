"""Commands about runs and corpora: list, export, import, rename, delete and ship them."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charlstm.commands import output
from charlstm.commands.parser import argument, command
from charlstm.errors import CorpusError, RunError

if TYPE_CHECKING:
    from charlstm.runs.config import RunConfig
    from charlstm.runs.folder import RunFolder

_HEADS = ("run", "status", "recipe", "level", "corpus", "epochs", "held-out window loss, nats")


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

    # A loss per token looks like another figure beside losses per character.
    loss = row["best_held_out_loss"]
    shown = "–" if loss is None else f"{loss:.3f} per {UNITS[level]}"
    epochs = str(row["epochs"])
    if row["epochs"] == 0 and (history := run.history()):
        epochs = f"{history[-1]['epoch']:.1f}"
    aligned = epochs.rjust(len("epochs"))
    cells = (run.name, row["status"], row["recipe"], level, row["corpus"], aligned, shown)
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
            output.print_json({"corpus": name, "at_hand": at_hand})
        else:
            print(f"{name:<14}{'at hand' if at_hand else 'downloaded on first use'}")


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
        output.print_json({"run": run.name, "checkpoints": run.checkpoints()})
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
    "put a finished run into assets/, in half precision",
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
    from charlstm.runs.shipping import ship_run
    from charlstm.runs.store import find, folder_bytes

    shipped = ship_run(find(arguments.run), most=arguments.checkpoints)
    print(f"{shipped.path}: {folder_bytes(shipped.path) / 1e6:.2f} MB")
