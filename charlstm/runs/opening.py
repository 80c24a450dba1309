"""From a run to the language model that it holds.

Knows the run folder and the writing side; knows nothing of training.
"""

from __future__ import annotations

import numpy as np

from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder, checkpoint_name
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network


def best_checkpoint(run: RunFolder) -> int:
    """Return the checkpoint with the lowest held-out loss.

    Where nothing is held out it is the one with the lowest training loss. Where the history has
    lost the line of the one that the status tells of, it is that one, and where no loss is known
    the last.

    Raises:
        RunError: If the run has no checkpoint, or has lost its best one.
    """
    checkpoints = run.checkpoints()
    if not checkpoints:
        raise RunError(f"The run {run.name} has no checkpoint yet.")
    steps = set(checkpoints)
    if (lost := run.lost_best()) is not None:
        raise RunError(
            f"In the run {run.name}, the file of the best checkpoint, {checkpoint_name(lost)}, is"
            " missing; choose another checkpoint."
        )
    lines = [line for line in run.history() if line["step"] in steps]
    told = run.best_told()
    if told in steps and all(line["step"] != told for line in lines):
        return told
    for key in ("held_out_loss", "loss"):
        losses = {line["step"]: line[key] for line in lines if line[key] is not None}
        if losses:
            return int(min(losses, key=losses.__getitem__))
    return checkpoints[-1]


def checkpoint_of(run: RunFolder, asked: int | None) -> int:
    """Return the checkpoint that is asked for, or the best if none is.

    Raises:
        RunError: If the run has no such checkpoint.
    """
    if asked is None:
        return best_checkpoint(run)
    if asked not in (steps := run.checkpoints()):
        raise RunError(
            f"The run {run.name} has no checkpoint at step {asked}; it has"
            f" {', '.join(map(str, steps)) or 'none'}."
        )
    return asked


def open_model(
    run: str | RunFolder = DEFAULT_RUN, checkpoint: int | None = None, dtype: type = np.float64
) -> LanguageModel:
    """Return the language model of a run.

    Args:
        run: Its name or folder; the shipped ``tbptt`` run by default.
        checkpoint: A step that has one; by default the one with the lowest held-out loss.
        dtype: What to compute in.

    Raises:
        RunError: If there is no such run or checkpoint, or a file is damaged.
    """
    folder = find(run) if isinstance(run, str) else run
    config = folder.config()
    step = checkpoint_of(folder, checkpoint)
    weights = folder.weights(step)
    file = f"In the run {folder.name}, {checkpoint_name(step)}"
    try:
        network = Network(weights, dtype)
    except RunError as error:
        raise RunError(f"{file}: {error}") from error
    settings = config.settings
    asked = (settings.network, len(config.vocabulary), settings.units, settings.layers)
    if (network.kind, network.symbols, network.units, network.layers) != asked:
        raise RunError(f"{file} holds another network than config.json asks for.")
    return LanguageModel(config.vocabulary, network, config.window, folder.name, step)
