"""The command ``atlas``: texts at 41 temperatures and their figures, kept beside the run."""

from __future__ import annotations

import argparse
from typing import Any

from charlstm.analysis.copies import FINGERPRINT, NOTHING, SHORTEST_COPY, TEXT
from charlstm.commands.files import tell_note
from charlstm.commands.output import end_progress, say, tell, tell_progress
from charlstm.commands.reading import check_seed, check_whole, tell_changes
from charlstm.engine.atlas_process import computed
from charlstm.engine.atlases import MAX_LENGTH, MIN_LENGTH, keep_with_run, request_for, rows_of
from charlstm.runs.store import find
from charlstm.sampling.network import use_one_thread

DEFAULT_PROMPT = "the world is "
_INSTEAD = {
    FINGERPRINT: "Words and copies are recognised by its fingerprint: a copy counts from"
    f" {SHORTEST_COPY[FINGERPRINT]} characters on.",
    NOTHING: "Invented words and copies are not known.",
}


def atlas(arguments: argparse.Namespace) -> None:
    """Compute the atlas, or take the one that is kept, and print a line per temperature."""
    if arguments.length is not None:
        check_whole("length", arguments.length, MAX_LENGTH, least=MIN_LENGTH)
    check_seed(arguments.seed)
    use_one_thread()
    run = find(arguments.run)
    request = request_for(
        run,
        arguments.checkpoint,
        prompt=arguments.prompt,
        length=arguments.length,
        seed=arguments.seed,
    )
    tell_changes(run.config().vocabulary.read(arguments.prompt))
    result = computed(request, _progress)
    end_progress()
    tell_note(run.config().note)
    if arguments.keep:
        keep_with_run(request, result)
    if result.source != TEXT:
        tell(f"{result.reason} {_INSTEAD[result.source]}")
    if arguments.json:
        for values in rows_of(result.table):
            say({"source": result.source, "prompt": result.prompt, **values})
        return
    figures: Any = result.table  # the attributes of its rows are its columns
    for row in figures.itertuples():
        loop = f"  a loop of {row.loop_period}" if row.loop_period else ""
        print(
            f"T = {row.temperature:<5g} invented {_figure(row.invented_fraction, '6.1%')}  longest"
            f" copy {_figure(row.copy_length, '4.0f')}  repeated {row.repeated_fraction:6.1%}"
            f"  entropy {row.entropy_bits:.3f} bits{loop}  {' '.join(row.best_invented[:3])}"
        )


def _figure(value: float, form: str) -> str:
    """Return a figure in a form, and a dash as wide where there is none."""
    return format(value, form).replace("nan%", "   –").replace("nan", "  –")


def _progress(done: int, length: int) -> None:
    tell_progress(f"writing at 41 temperatures: {done:,} of {length:,} each")
