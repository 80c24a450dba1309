"""The training's timeline in the browser: each checkpoint writes when it is selected."""

from __future__ import annotations

from typing import Any

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.engine.progress import clock
from charlstm.exploring.timeline import curves_among, figures_at
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.ui import address
from charlstm.ui.components import component, dial_data
from charlstm.ui.computing import kept_by_run
from charlstm.ui.parameters import same
from charlstm.ui.text import spans_of_symbols
from charlstm.ui.views.sources import underlined
from charlstm.ui.views.written import texts_at_rest
from charlstm.web.addresses import model_address

_CURVES = {"training": TRAINING, "heldOut": HELD_OUT}
_PARAMETERS = ("temperature", "seed", "length", "pace", "order", "scale")

_mount = component("timeline", "shared/below.css", "shared/writing.css")


def show_timeline(run: RunFolder, prompt: str, *, key: str) -> None:
    """Show the curves of a run, and what one of its checkpoints writes after a prompt.

    ``prompt`` is the text as the model reads it. All is computed in the browser, which sets the
    parameters of the address; only the invented words of a finished text are found here.
    """
    steps, history, vocabulary = run.checkpoints(), run.history(), run.config().vocabulary
    best = best_checkpoint(run)  # a training may have published it meanwhile
    names, middle = {str(step): step for step in steps}, steps[len(steps) // 2]
    checkpoint = address.parameter("checkpoint", default=middle, options=names)
    symbol = address.parameter("symbol", options=same(vocabulary.symbols))
    words, revision = address.exchange(key, [*_PARAMETERS, checkpoint, symbol])
    text = "".join(texts_at_rest(key)[:1])
    (invented,), legend = underlined(run, prompt, text)
    spans = spans_of_symbols(invented, vocabulary.pieces(text))
    _mount(
        key=key,
        data={
            "words": words,
            "revision": revision,
            "prompt": prompt,
            "checkpoints": [_shown(run, figures) for figures in figures_at(steps, history)],
            "best": steps.index(best) if best in steps else None,
            **_curves(run, tuple(steps), len(history)),
            **dial_data(),
            "maxSeed": address.MAX_SEED,
            "maxLength": address.MAX_LENGTH_OF_FILM,
            "invented": {"text": text, "spans": spans, "legend": legend},
        },
    )


def _shown(run: RunFolder, figures: dict[str, Any]) -> dict[str, Any]:
    """Return what the browser shows of a checkpoint, and the address of its model."""
    seconds = figures["seconds"]
    return {
        "step": figures["step"],
        "epoch": figures["epoch"],
        "time": "" if seconds is None else clock(seconds),
        "loss": figures["loss"],
        "heldOut": figures["held_out_loss"],
        "model": model_address(run, figures["step"]),
    }


@kept_by_run(100)
def _curves(run: RunFolder, checkpoints: tuple[int, ...], lines: int) -> dict[str, Any]:
    """Return the points of both curves; a history only grows, by ``lines``."""
    table = curves_among(run.history()[:lines], checkpoints)
    of = {name: table[table["curve"] == curve] for name, curve in _CURVES.items()}
    return {name: part[["position", "nats"]].to_numpy().tolist() for name, part in of.items()}
