"""Commands that keep runs: export, import, rename, delete."""

from __future__ import annotations

import argparse
import glob
import sys
from pathlib import Path

from charlstm.commands.files import reason
from charlstm.commands.output import escaped, say
from charlstm.engine.keeping import delete_run, rename_run, why_kept
from charlstm.errors import RunError
from charlstm.runs.publish import publish, sweep_leftovers
from charlstm.runs.store import find
from charlstm.runs.transfer import export_run, import_run


def export(arguments: argparse.Namespace) -> None:
    """Write a run as one file."""
    run, path = find(arguments.run), Path(arguments.file)
    with reason(path, "written"):
        if path.exists():
            raise RunError(f"{arguments.file!r} is there already; give another name.")
        sweep_leftovers(path.parent, glob.escape(path.name))
        publish(path, lambda file: export_run(run, file, with_text=arguments.with_text))
        size = path.stat().st_size
    left = "" if arguments.with_text or not run.config().keeps_text else ", without its text"
    print(escaped(f"{run.name}: {size / 1e6:,.1f} MB in {path}{left}"))


def import_(arguments: argparse.Namespace) -> None:
    """Take in a run from a file."""
    with reason(arguments.file, "read"), Path(arguments.file).open("rb") as file:
        run = import_run(file, arguments.run)
    if arguments.json:
        say({"run": run.name, "checkpoints": run.checkpoints()})
    else:
        print(run.name)


def rename(arguments: argparse.Namespace) -> None:
    """Give a run another name."""
    print(rename_run(find(arguments.run), arguments.name).name)


def delete(arguments: argparse.Namespace) -> None:
    """Remove a run, once that is certain."""
    run = find(arguments.run)
    if reason := why_kept(run):
        raise RunError(reason)
    if not arguments.yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise RunError(f"To delete {run.name} for good, give --yes.")
        if not _is_certain(f"Delete {run.name} and all its checkpoints for good? [y/N] "):
            print(f"{run.name} stays.")
            return
    delete_run(run)
    print(f"{run.name} is deleted.")


def _is_certain(question: str) -> bool:
    try:
        print(question, end="", file=sys.stderr, flush=True)  # it is no result
        return input().strip().lower() in ("y", "yes")
    except EOFError:
        return False
