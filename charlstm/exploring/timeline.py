"""The training's timeline: the continuation of one prompt at every checkpoint of a run.

Prompt, temperature and uniforms are the same at all checkpoints, so the texts differ only because
of what was learned in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.analysis.distribution import entropy_bits
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import find
from charlstm.sampling.reweight import reweight

_OF_HISTORY = ("epoch", "seconds", "loss", "held_out_loss")
COLUMNS = ["step", *_OF_HISTORY, "entropy", "likeliest", "probability", "shared"]


@dataclass(frozen=True)
class Written:
    """What one checkpoint writes, and the logits (symbols,) of the character after the prompt; or
    why it cannot write, in one sentence."""

    text: str
    logits: NDArray[np.float64] | None
    failure: str = ""


@dataclass(frozen=True)
class Moment:
    """One checkpoint of a run.

    Attributes:
        epoch, seconds, loss, held_out_loss: Passes over the text, seconds of training, training
            loss and held-out window loss in nats, of the nearest line of the history, or None.
        written: Its continuation of the prompt.
        shared: The length of the beginning that its text shares with the previous checkpoint's.
    """

    step: int
    epoch: float | None
    seconds: float | None
    loss: float | None
    held_out_loss: float | None
    written: Written
    shared: int


def timeline(
    run: str | RunFolder,
    prompt: str,
    *,
    temperature: float = 1.0,
    length: int = 200,
    seed: int = 0,
    write: Callable[[RunFolder, int], Written] | None = None,
) -> list[Moment]:
    """Return every checkpoint's continuation of one prompt, with the same uniforms.

    The text of a checkpoint is the one that ``open_model(run, step).write`` gives. A checkpoint
    that cannot be read, or whose weights are no longer numbers, has a failure instead. ``write``, a
    function of the run and a step, replaces written_at, for example to use a cache. A RunError is
    raised if there is no such run, or its history cannot be read, and a ValueError if the
    temperature is negative or not a number.
    """
    folder = find(run) if isinstance(run, str) else run
    write = write or partial(
        written_at, prompt=prompt, temperature=temperature, length=length, seed=seed
    )
    steps = folder.checkpoints()
    texts = [write(folder, step) for step in steps]
    moments, before = [], ""
    for written, figures in zip(texts, figures_at(steps, folder.history()), strict=True):
        pairs = zip(before, written.text, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        moments.append(Moment(**figures, written=written, shared=shared))
        before = written.text
    return moments


def figures_at(
    checkpoints: Sequence[int], history: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return step, epoch, seconds, loss and held_out_loss of each checkpoint; see Moment."""
    lines = sorted(history, key=lambda line: line["step"])
    logged = np.array([line["step"] for line in lines])
    nearest = [lines[int(abs(logged - step).argmin())] if lines else {} for step in checkpoints]
    return [
        {"step": step, **{name: line.get(name) for name in _OF_HISTORY}}
        for step, line in zip(checkpoints, nearest, strict=True)
    ]


def written_at(
    run: RunFolder, step: int, prompt: str, *, temperature: float, length: int, seed: int
) -> Written:
    """Return a checkpoint's continuation of a prompt; see timeline."""
    try:
        model = open_model(run, step)
    except RunError as error:
        return Written("", None, str(error))
    text = model.write(prompt, temperature=temperature, length=length, seed=seed)
    return Written(text, model.logits(prompt))


def moments_table(
    moments: Sequence[Moment], symbols: Sequence[str], temperature: float
) -> pd.DataFrame:
    """Return the figures of a timeline, one row per checkpoint.

    The columns are step, epoch, seconds, loss and held_out_loss (nats), entropy (bits, of the
    character after the prompt at the temperature), likeliest (its symbol, by the vocabulary's
    ``symbols``), probability (of that), shared.
    """
    rows = []
    for moment in moments:
        row = {name: getattr(moment, name) for name in ("step", *_OF_HISTORY, "shared")}
        if (logits := moment.written.logits) is not None:
            p = reweight(logits, temperature)
            row |= {"likeliest": symbols[int(p.argmax())], "probability": float(p.max())}
            row |= {"entropy": entropy_bits(p)}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def curves_among(
    history: Sequence[dict[str, Any]], checkpoints: Sequence[int], points: int = 400
) -> pd.DataFrame:
    """Return both loss curves over the axis of positions_of, few enough points to be drawn.

    Neighbours that lie closer than one of ``points`` equal parts of the axis are averaged. The
    columns are curve ("training" or "held out"), position, nats; lines outside the checkpoints and
    losses that are not numbers have no row.
    """
    parts = []
    for curve, key in ((TRAINING, "loss"), (HELD_OUT, "held_out_loss")):
        lines = [line for line in history if line[key] is not None]
        position = positions_of([line["step"] for line in lines], checkpoints)
        table = pd.DataFrame({"position": position, "nats": [line[key] for line in lines]}).dropna()
        part = np.round(table["position"] * points / max(1, len(checkpoints) - 1))
        parts.append(table.groupby(part).mean().assign(curve=curve))
    return pd.concat(parts, ignore_index=True)[["curve", "position", "nats"]]


def positions_of(steps: ArrayLike, checkpoints: Sequence[int]) -> NDArray[np.float64]:
    """Return the positions of steps on an axis where checkpoints are 0, 1, 2 …, evenly spaced.

    Between two checkpoints the axis is linear in steps. As checkpoints are dense at first, when
    most changes, and then come once per epoch, the axis is nearly logarithmic at first and then
    linear. A step outside the checkpoints has NaN.
    """
    positions = np.arange(len(checkpoints), dtype=np.float64)
    wanted = np.asarray(steps, np.float64)
    return np.interp(wanted, checkpoints, positions, left=np.nan, right=np.nan)
