"""From a run, or from a packed file that names one, to the model that packs and unpacks.

Knows run folders; knows nothing of how a text is coded.
"""

from __future__ import annotations

from charlstm.compression.packed_file import PackedFile
from charlstm.compression.packer import Packer
from charlstm.data import named
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.runs.opening import open_model
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.weights import LSTM


def open_packer(run: str | RunFolder = DEFAULT_RUN, checkpoint: int | None = None) -> Packer:
    """Return the model of a run, to pack and unpack with.

    Args:
        run: Its name or folder; the shipped ``tbptt`` run by default.
        checkpoint: A step that has one; by default the one with the lowest held-out loss.

    Raises:
        RunError: If there is no such run or checkpoint, a file is damaged, or it is no lstm of
            characters.
        CharlstmError: If its weights cannot be computed with exactly.
    """
    folder = find(run) if isinstance(run, str) else run
    kind = folder.config().settings.network
    if kind != LSTM:
        raise RunError(
            f"The run {folder.name} is of the kind {kind}; packing takes an lstm, the one network"
            " that is also here in integers."
        )
    model = open_model(folder, checkpoint)
    return Packer(model.vocabulary, model.lstm.weights(), model.window, model.run, model.step)


def packer_for(packed: PackedFile, run: str | None = None) -> Packer:
    """Return the model that a file was packed with.

    Args:
        packed: The file; it names its run and its checkpoint.
        run: Another name for the run, where it goes by another here.

    Raises:
        RunError: If there is no such run or checkpoint here.
    """
    try:
        return open_packer(run or packed.run, packed.step)
    except CharlstmError as error:
        raise RunError(
            f"This file was packed with the run {packed.run!r} at step {packed.step:,}, and that"
            f" model is needed to unpack it: {error}"
        ) from error


def texts_of(run: RunFolder) -> tuple[str, str] | None:
    """Return what a run was trained on and what was held out, or None if its text is not at hand.

    Raises:
        RunError: If the text is no longer the one that it learned.
    """
    config = run.config()
    if not config.keeps_text and not (
        config.corpus in named.names() and named.is_at_hand(config.corpus)
    ):
        return None
    text = corpus_of(run).text
    return text[: config.training_length], text[config.training_length :]
