"""The training's timeline: what one prompt leads to at every checkpoint of a run.

Prompt, temperature and uniforms are the same at all of them, so all that differs from one to the
next is what was learned in between. Knows run folders and language models; knows nothing of pages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.analysis.distribution import entropy_bits
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import find
from charlstm.sampling.reweight import reweight

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "step",
    "epoch",
    "seconds",
    "loss",
    "held_out_loss",
    "entropy",
    "likeliest",
    "probability",
    "shared",
]


@dataclass(frozen=True)
class Written:
    """What one checkpoint makes of a prompt.

    Attributes:
        text: What it writes; empty if it cannot.
        logits: Of the character after the prompt, shape (symbols,), or None if there are none.
        failure: Why the checkpoint cannot write, as one sentence, or ``""``.
    """

    text: str
    logits: NDArray[np.float64] | None
    failure: str = ""


@dataclass(frozen=True)
class Moment:
    """One checkpoint of a run.

    Attributes:
        step: Its step.
        epoch, seconds: Passes over the text and seconds of training by then, or None if the
            history does not say.
        loss: Training loss of the line of the history that is nearest, in nats, or None if it was
            no longer a number.
        held_out_loss: Held-out window loss of that line, in nats, or None if not measured.
        written: What it makes of the prompt.
        shared: How many characters its text begins with that the text of the checkpoint before
            begins with too; 0 for the first.
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
    """Return what every checkpoint of a run makes of one prompt, with the same uniforms.

    The text of a checkpoint is the one that ``open_model(run, step).write`` gives. A checkpoint
    that cannot be read, or whose weights are no longer numbers, says so and the others go on.

    Args:
        run: Its name or folder.
        prompt: What has been read.
        temperature: From 0 upwards.
        length: Characters to write.
        seed: Of the uniforms.
        write: Takes the run and a step and gives what :func:`written_at` would; for one that
            remembers.

    Raises:
        RunError: If there is no such run, or its history cannot be read.
        ValueError: If the temperature is negative or not a number.
    """
    folder = find(run) if isinstance(run, str) else run

    def write_here(folder: RunFolder, step: int) -> Written:
        return written_at(folder, step, prompt, temperature=temperature, length=length, seed=seed)

    steps = folder.checkpoints()
    texts = [(write or write_here)(folder, step) for step in steps]
    history = sorted(folder.history(), key=lambda line: line["step"])
    steps_of = [line["step"] for line in history]
    befores = [Written("", None), *texts]
    return [
        _moment(step, _nearest(history, steps_of, step), text, before)
        for step, text, before in zip(steps, texts, befores, strict=False)
    ]


def written_at(
    run: RunFolder, step: int, prompt: str, *, temperature: float, length: int, seed: int
) -> Written:
    """Return what a run's checkpoint makes of a prompt; see timeline."""
    try:
        model = open_model(run, step)
    except RunError as error:
        return Written("", None, str(error))
    return Written(
        model.write(prompt, temperature=temperature, length=length, seed=seed),
        model.logits(prompt),
    )


def moments_table(
    moments: Sequence[Moment], symbols: Sequence[str], temperature: float
) -> pd.DataFrame:
    """Return the figures of a timeline, one row per checkpoint.

    Args:
        moments: As timeline gives them.
        symbols: The vocabulary.
        temperature: At which the texts were written.

    Returns:
        Columns step, epoch, seconds, loss and held_out_loss (nats), entropy (bits, of the character
        after the prompt at the temperature), likeliest (its symbol), probability (of that), shared.
    """
    import pandas as pd

    rows = []
    for moment in moments:
        row = {
            name: getattr(moment, name)
            for name in ("step", "epoch", "seconds", "loss", "held_out_loss")
        }
        if (logits := moment.written.logits) is not None:
            p = reweight(logits, temperature)
            likeliest = int(p.argmax())
            row |= {"entropy": entropy_bits(p), "likeliest": symbols[likeliest]}
            row |= {"probability": float(p[likeliest])}
        rows.append(row | {"shared": moment.shared})
    return pd.DataFrame(rows, columns=COLUMNS)


def curves_among(
    history: Sequence[dict[str, Any]], checkpoints: Sequence[int], points: int = 400
) -> pd.DataFrame:
    """Return both loss curves over the places of places_of, few enough points to be drawn.

    Neighbours that lie closer than one of ``points`` equal parts of the axis are averaged.

    Args:
        history: Lines of a run.
        checkpoints: Its steps, in order.
        points: At most about so many per curve.

    Returns:
        Columns curve ("training" or "held out"), place, nats; lines outside the checkpoints and
        losses that are no numbers have no row.
    """
    import pandas as pd

    parts = []
    for curve, key in ((TRAINING, "loss"), (HELD_OUT, "held_out_loss")):
        lines = [line for line in history if line[key] is not None]
        position = places_of([line["step"] for line in lines], checkpoints)
        table = pd.DataFrame({"position": position, "nats": [line[key] for line in lines]}).dropna()
        part = np.round(table["position"] * points / max(1, len(checkpoints) - 1))
        parts.append(table.groupby(part).mean().assign(curve=curve))
    return pd.concat(parts, ignore_index=True)[["curve", "position", "nats"]]


def places_of(steps: ArrayLike, checkpoints: Sequence[int]) -> NDArray[np.float64]:
    """Return where steps lie on an axis on which checkpoints are 0, 1, 2 …, evenly spaced.

    Between two checkpoints the axis is linear in steps. As checkpoints are dense at first, when
    most changes, and then come once per epoch, the axis is nearly logarithmic at first and then
    linear.

    Args:
        steps: Shape (points,).
        checkpoints: In order.

    Returns:
        Shape (points,); not a number for steps outside the checkpoints.
    """
    positions = np.arange(len(checkpoints), dtype=np.float64)
    wanted = np.asarray(steps, np.float64)
    return np.interp(wanted, checkpoints, positions, left=np.nan, right=np.nan)


def _moment(step: int, line: dict[str, Any], written: Written, before: Written) -> Moment:
    pairs = enumerate(zip(written.text, before.text, strict=False))
    shorter = min(len(written.text), len(before.text))
    return Moment(
        step=step,
        epoch=line.get("epoch"),
        seconds=line.get("seconds"),
        loss=line.get("loss"),
        held_out_loss=line.get("held_out_loss"),
        written=written,
        shared=next((position for position, (one, other) in pairs if one != other), shorter),
    )


def _nearest(history: Sequence[dict[str, Any]], steps: Sequence[int], step: int) -> dict[str, Any]:
    """Return the line nearest to a step, the earlier of two; an empty one without a history.

    Args:
        history: Lines in the order of their steps.
        steps: Of the lines.
        step: The one sought.
    """
    after = bisect_left(steps, step)
    around = history[max(0, after - 1) : after + 1]
    return min(around, key=lambda line: abs(line["step"] - step), default={})
