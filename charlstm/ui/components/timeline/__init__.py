"""The training's timeline on a page: scrubbed and played in the browser, without a round trip.

What every checkpoint wrote is remembered. The browser computes no figure, it only shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.analysis.distribution import entropy_bits, nats_to_bits
from charlstm.data.symbols import spoken, visible
from charlstm.engine.progress import clock
from charlstm.exploring.timeline import Moment, Written, curves_among, timeline, written_at
from charlstm.runs.folder import RunFolder
from charlstm.sampling.network import use_one_thread
from charlstm.sampling.reweight import reweight
from charlstm.ui.components import component, sent, with_token
from charlstm.ui.components.dial import OTHERS, most_bars, unit_of
from charlstm.ui.computing import Progress, kept_by_run, work
from charlstm.ui.text import Spans
from charlstm.ui.theme import temperature_colour

_CURVES = {"training": TRAINING, "heldOut": HELD_OUT}
PACES = {"1": "1", "2": "2", "5": "5"}
"""Checkpoints per second, under their names in the address."""

_mount = component("timeline", "shared/below.css", "shared/writing.css", "dial/dial.css")


def moments_of(
    run: RunFolder, prompt: str, *, temperature: float, length: int, seed: int
) -> list[Moment]:
    """Return a run's timeline; checkpoints that wrote this before are remembered."""
    steps = run.checkpoints()

    def job(report: Progress) -> list[Moment]:
        def write(folder: RunFolder, step: int) -> Written:
            report(steps.index(step) if step in steps else 0, len(steps))
            return _written(folder, step, prompt, temperature, length, seed)

        return timeline(run, prompt, temperature=temperature, length=length, seed=seed, write=write)

    return work("Checkpoints that have written", job)


@kept_by_run(2000)
def _written(
    run: RunFolder, step: int, prompt: str, temperature: float, length: int, seed: int
) -> Written:
    use_one_thread()
    return written_at(run, step, prompt, temperature=temperature, length=length, seed=seed)


def show_timeline(
    moments: Sequence[Moment],
    history: Sequence[dict[str, Any]],
    *,
    prompt: str,
    symbols: Sequence[str],
    temperature: float,
    invented: Sequence[Spans],
    legend: str,
    best: int | None,
    checkpoint: int,
    revision: int,
    pace: str,
    key: str,
    on_checkpoint: Callable[[int], None],
    on_pace: Callable[[str], None],
) -> None:
    """Show the curves, one checkpoint's text and distribution, and the controls that move it.

    ``history`` are the lines of the run, ``invented`` the start and end of each invented word for
    each moment, ``best`` the step of the lowest held-out loss. ``checkpoint`` is the step to show
    at first, and whenever the revision has changed, which counts how often the page chose one. The
    functions are called with the step at which the person let go, and with a pace of PACES.
    """
    steps = [moment.step for moment in moments]
    curves = curves_among(history, steps)
    ranked = _order(moments, best, len(symbols))
    most = most_bars(symbols)
    shown = list(range(len(symbols))) if most is None else ranked[:most]
    rest = [] if most is None else ranked[most:]
    shown_symbols = [symbols[index] for index in shown]
    others = [f"all {len(rest):,} others"] if rest else []
    data = {
        "prompt": prompt,
        "words": most is not None,
        "unit": unit_of(symbols),
        "labels": [visible(symbol) for symbol in shown_symbols] + [OTHERS for _ in others],
        "names": [spoken(symbol) for symbol in shown_symbols] + others,
        "colour": temperature_colour(temperature),
        "order": ranked if most is None else list(range(len(shown) + len(others))),
        "moments": [
            _shown(moment, temperature, shown, rest) | {"invented": [list(span) for span in spans]}
            for moment, spans in zip(moments, invented, strict=True)
        ],
        "legend": legend,
        "best": steps.index(best) if best in steps else None,
        **{key: _points(curves, name) for key, name in _CURVES.items()},
    }

    def moved() -> None:
        step = sent(key, "checkpoint")
        if isinstance(step, int | float) and step in steps:
            on_checkpoint(int(step))

    def paced() -> None:
        chosen = sent(key, "pace")
        if chosen in PACES:
            on_pace(str(chosen))

    page = {"checkpoint": checkpoint, "revision": revision, "pace": pace}
    _mount(key=key, data=with_token(data) | page, on_checkpoint_change=moved, on_pace_change=paced)


def _shown(
    moment: Moment, temperature: float, shown: Sequence[int], rest: Sequence[int]
) -> dict[str, Any]:
    """Return what the browser shows of a checkpoint.

    Each of the ids in ``shown`` has a bar of its own, in this order; those in ``rest`` have one
    together, after them.
    """
    logits = moment.written.logits
    probabilities = None if logits is None else reweight(logits, temperature)
    bars = [] if probabilities is None else probabilities[shown].tolist()
    if probabilities is not None and rest:
        bars.append(float(probabilities[rest].sum()))
    return {
        "step": moment.step,
        "epoch": moment.epoch,
        "time": "" if moment.seconds is None else clock(moment.seconds),
        "loss": moment.loss,
        "lossBits": _bits(moment.loss),
        "lossKnown": moment.seconds is not None,
        "heldOut": moment.held_out_loss,
        "heldOutBits": _bits(moment.held_out_loss),
        "text": moment.written.text,
        "failure": moment.written.failure,
        "shared": moment.shared,
        "probabilities": None if probabilities is None else bars,
        "entropy": None if probabilities is None else entropy_bits(probabilities),
    }


def _bits(nats: float | None) -> float | None:
    return None if nats is None else float(nats_to_bits(nats))


def _order(moments: Sequence[Moment], best: int | None, symbols: int) -> list[int]:
    """Return the symbols by probability at the best checkpoint, or at the last that has one."""
    known = {m.step: m.written.logits for m in moments if m.written.logits is not None}
    if not known:
        return list(range(symbols))
    logits = known.get(-1 if best is None else best, list(known.values())[-1])
    return [int(symbol) for symbol in np.argsort(-logits, kind="stable")]


def _points(curves: pd.DataFrame, curve: str) -> list[list[float]]:
    of_curve = curves[curves["curve"] == curve]
    points: list[list[float]] = of_curve[["position", "nats"]].to_numpy().tolist()
    return points
