"""Packing a text by a model's predictions, and getting it back to the letter.

Knows models, runs and the format; knows nothing of pages. The better the model expects
a text, the fewer bytes it takes: a character of probability p costs -log2(p) bits (Shannon 1948).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.compression.integer_network import WEIGHT_BITS, IntegerNetwork
from charlstm.compression.packed_file import SHORT, PackedFile, read_packed
from charlstm.compression.range_coder import DAMAGED, Decoder, Encoder
from charlstm.compression.spelling import (
    Capitals,
    Spelled,
    Speller,
    code_points,
    read_pieces,
    write_pieces,
)
from charlstm.compression.streams import (
    Progress,
    most_streams,
    read_symbols,
    streams_for,
    write_symbols,
)
from charlstm.data import named
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.runs.opening import open_model
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.network import LSTM

if TYPE_CHECKING:
    import pandas as pd

MOST_CHARACTERS = 20_000_000
"""The longest text that is packed or unpacked."""

_WINDOWS_LINES = 1


@dataclass(frozen=True)
class Packing:
    """A packed text, and what it cost.

    Attributes:
        data: The file.
        head: How many bytes of it say what it takes to unpack it.
        text: What was packed.
        bits: What each character cost, shape (characters,): by the model's probability of it, and
            for capitals and unknown characters by the marks that say so.
        symbol_bits: What all that the model reads cost by its probabilities alone.
        streams: In how many stretches the model read it.
    """

    data: bytes
    head: int
    text: str
    bits: NDArray[np.float64]
    symbol_bits: float
    streams: int

    @property
    def bits_per_character(self) -> float | None:
        """The bits of the whole file for each character, None for a text that has none."""
        return 8 * len(self.data) / len(self.text) if self.text else None

    @property
    def table(self) -> pd.DataFrame:
        """What each character cost: symbol, bits."""
        import pandas as pd

        return pd.DataFrame({"symbol": list(self.text), "bits": self.bits})

    @property
    def plain_bytes(self) -> int:
        """The bytes of the text in UTF-8."""
        return len(self.text.encode())


class Packer:
    """One model that packs and unpacks.

    Args:
        vocabulary: The symbols that it knows.
        weights: Arrays under their Keras names.
        window: How many characters it reads before each next one, or None if its state is carried.
        run: The name of the run that it comes from.
        step: The checkpoint that it comes from.
        weight_bits: Fraction bits that the weights are rounded to.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        weights: Mapping[str, NDArray[Any]],
        window: int | None,
        run: str = "",
        step: int = 0,
        weight_bits: int = WEIGHT_BITS,
    ) -> None:
        self.network = IntegerNetwork(weights, weight_bits)
        self.speller = Speller(vocabulary)
        self.window, self.run, self.step = window, run, step
        self._capitals = Capitals(self.speller)

    @cached_property
    def fingerprint(self) -> bytes:
        """A short SHA-256 of all that must be the same where a text is unpacked."""
        found = hashlib.sha256(self.network.digest())
        found.update(self.speller.alphabet().encode("utf-8", "surrogatepass"))
        found.update(self._capitals.rules() + f"{self.window}".encode())
        return found.digest()[:SHORT]

    def pack(
        self, text: str, *, streams: int | None = None, progress: Progress | None = None
    ) -> Packing:
        """Pack a text.

        Args:
            text: Any text; what the model does not know is kept beside what it reads.
            streams: How many stretches to read side by side; by default as its length suggests.
            progress: Told how many of how many characters are done; it may raise to stop.

        Raises:
            CharlstmError: If it is too long, or no text because it holds halves of characters.
        """
        if len(text) > MOST_CHARACTERS:
            raise CharlstmError(
                f"This text has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be"
                " packed."
            )
        spelled = self.speller.spell(text)
        if streams is None:
            streams = streams_for(len(spelled.ids), self.window)
        encoder = Encoder()
        known = len(spelled.ids)
        unknown = sum(len(piece) for _, piece in spelled.pieces)
        tell = _shifted(progress, 0, known + unknown)
        piece_bits = write_pieces(encoder, spelled.pieces, tell)
        tell = _shifted(progress, unknown, known + unknown)
        bits = write_symbols(encoder, self.network, self.window, spelled.ids, streams, tell)
        symbol_bits = float(bits.sum())
        bits += self._capitals.write(encoder, spelled.ids, spelled.capitals)
        packed = PackedFile(
            run=self.run,
            step=self.step,
            fingerprint=self.fingerprint,
            check=check_of(text),
            flags=_WINDOWS_LINES * spelled.windows_lines,
            known=known,
            unknown=unknown,
            streams=streams,
            code=encoder.finish(),
        )
        data = packed.to_bytes()
        costs = np.zeros(len(text))
        costs[_is_counted(text, spelled)] = _spread(spelled, bits, piece_bits)
        return Packing(data, len(data) - len(packed.code), text, costs, symbol_bits, streams)

    def unpack(
        self,
        data: bytes | PackedFile,
        *,
        most: int = MOST_CHARACTERS,
        progress: Progress | None = None,
    ) -> str:
        """Return the text that was packed, to the letter.

        Args:
            data: The file, or what read_packed made of it.
            most: How many characters the text may have.
            progress: Told how many of how many characters are done; it may raise to stop.

        Raises:
            CharlstmError: If the file is none of ours, damaged, or packed with another model; never
                is another text than the packed one returned.
        """
        packed = read_packed(data) if isinstance(data, bytes) else data
        if packed.fingerprint != self.fingerprint:
            raise CharlstmError(
                f"This file was packed with another model: run {packed.run or 'without a name'},"
                f" step {packed.step:,}, fingerprint {packed.fingerprint.hex()}; this one is"
                f" {self.run or 'without a name'}, step {self.step:,}, {self.fingerprint.hex()}."
            )
        length = packed.known + packed.unknown
        if length > most:
            raise CharlstmError(
                f"This file says that its text has {length:,} characters; at most {most:,} can be"
                " unpacked here."
            )
        if not 1 <= packed.streams <= most_streams(self.window) or packed.flags > _WINDOWS_LINES:
            raise CharlstmError(DAMAGED)
        decoder = Decoder(packed.code)
        tell = _shifted(progress, 0, length)
        pieces = read_pieces(decoder, packed.known, packed.unknown, tell)
        tell = _shifted(progress, packed.unknown, length)
        ids = read_symbols(decoder, self.network, self.window, packed.known, packed.streams, tell)
        spelled = Spelled(
            ids, self._capitals.read(decoder, ids), pieces, bool(packed.flags & _WINDOWS_LINES)
        )
        text = self.speller.unspell(spelled)
        if check_of(text) != packed.check:
            raise CharlstmError(
                "The text that came out is not the one that went in (its SHA-256 differs), so it"
                " is not shown: the file is damaged."
            )
        return text


def check_of(text: str) -> bytes:
    """Return the short SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:SHORT]


def _spread(
    spelled: Spelled, bits: NDArray[np.float64], piece_bits: list[float]
) -> NDArray[np.float64]:
    """Return the bits of every character: those of a piece are shared by its characters."""
    parts, done = [], 0
    for (position, piece), cost in zip(spelled.pieces, piece_bits, strict=True):
        parts += [bits[done:position], np.full(len(piece), cost / len(piece))]
        done = position
    return np.concatenate([*parts, bits[done:]])


def _is_counted(text: str, spelled: Spelled) -> NDArray[np.bool_]:
    """Return which characters are written at all: the first half of a Windows line end is not."""
    if not spelled.windows_lines:
        return np.ones(len(text), bool)
    return np.asarray(code_points(text) != ord("\r"))


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return the progress of a part, told as that of the whole."""
    return progress and (lambda done, _: progress(before + done, total))


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
