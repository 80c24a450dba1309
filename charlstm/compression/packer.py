"""Packing a text with a model's predictions, unpacking it exactly, and the packed file.

The better the model predicts a text, the fewer bytes it takes: a character of probability p costs
-log2(p) bits (Shannon 1948). A packed file is a header for unpacking, then the code:

    CHZ1                    four bytes
    CRC-32 of all after it  four bytes, the highest first
    fingerprint             eight bytes: of all that the model computes and how a text is split
    check                   eight bytes: the start of the SHA-256 of the text in UTF-8
    run                     its length in a byte, its name
    step, flags, known and unknown characters, segments: whole numbers, seven bits in a byte, the
                            lowest first
    the code                to the end

Nothing is allocated based on a file's content before it has been checked.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.compression.integer_network import (
    WEIGHT_BITS,
    IntegerNetwork,
    most_streams,
    read_symbols,
    streams_for,
    write_symbols,
)
from charlstm.compression.range_coder import DAMAGED, Decoder, Encoder
from charlstm.compression.text_parts import Capitals, Parts, Splitter, code_pieces, code_points
from charlstm.errors import CharlstmError, RunError, refuse_newer
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import LSTM

if TYPE_CHECKING:
    import pandas as pd

MOST_CHARACTERS = 20_000_000  # The longest text that is packed or unpacked

MAGIC = b"CHZ1"
_SHORT = 8  # Bytes that are kept of a SHA-256: 64 bits, so that no accident passes

_MOST_NUMBER_BYTES = 9
_RUN = re.compile(r"[A-Za-z0-9_-]{0,64}")
_WINDOWS_LINES = 1


@dataclass(frozen=True)
class PackedFile:
    """The content of a packed file; the only flag says whether lines end as on Windows."""

    run: str
    step: int
    fingerprint: bytes
    check: bytes
    flags: int
    known: int
    unknown: int
    streams: int
    code: bytes

    def to_bytes(self) -> bytes:
        """Return the file."""
        name = self.run.encode("ascii")
        head = self.fingerprint + self.check + bytes([len(name)]) + name
        for number in (self.step, self.flags, self.known, self.unknown, self.streams):
            head += _number_bytes(number)
        body = head + self.code
        return MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


def read_packed(data: bytes) -> PackedFile:
    """Return the content of a packed file; raise a CharlstmError if it is invalid or damaged."""
    if data[:3] == MAGIC[:3] and data[3:4].isdigit():
        refuse_newer("This packed file", int(data[3:4]), int(MAGIC[3:]))
    if data[: len(MAGIC)] != MAGIC:
        raise CharlstmError("This is not a file that charlstm packed.")
    body = data[len(MAGIC) + 4 :]
    if data[len(MAGIC) : len(MAGIC) + 4] != zlib.crc32(body).to_bytes(4, "big"):
        raise CharlstmError(
            "This packed file is damaged: its checksum does not match. Download or copy it again."
        )
    stream = BytesIO(body)
    fingerprint, check = _take(stream, _SHORT), _take(stream, _SHORT)
    run = _take(stream, _take(stream, 1)[0]).decode("ascii", "replace")
    if not _RUN.fullmatch(run):
        raise CharlstmError(DAMAGED)
    step, flags, known, unknown, streams = (_read_number(stream) for _ in range(5))
    return PackedFile(run, step, fingerprint, check, flags, known, unknown, streams, stream.read())


def _number_bytes(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _read_number(stream: BytesIO) -> int:
    value = 0
    for position in range(_MOST_NUMBER_BYTES):
        (byte,) = _take(stream, 1)
        value |= (byte & 127) << 7 * position
        if byte < 128:
            return value
    raise CharlstmError(DAMAGED)


def _take(stream: BytesIO, count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise CharlstmError(DAMAGED)
    return found


@dataclass(frozen=True)
class Packing:
    """A packed text and its cost.

    Attributes:
        data: The file, of which ``head`` bytes are the header.
        bits: The cost of each character, shape (characters,): by the model's probability of it,
            and for capitals and unknown characters also the cost of marking them.
        symbol_bits: The total cost of the model's symbols, by its probabilities alone.
        streams: The number of segments in which the model read the text.
    """

    data: bytes
    head: int
    text: str
    bits: NDArray[np.float64]
    symbol_bits: float
    streams: int

    @property
    def bits_per_character(self) -> float | None:
        """The bits of the whole file for each character, None for an empty text."""
        return 8 * len(self.data) / len(self.text) if self.text else None

    @property
    def table(self) -> pd.DataFrame:
        """The cost of each character: symbol, bits."""
        import pandas as pd

        return pd.DataFrame({"symbol": list(self.text), "bits": self.bits})

    @property
    def plain_bytes(self) -> int:
        """The bytes of the text in UTF-8."""
        return len(self.text.encode())


class Packer:
    """An lstm of characters that packs and unpacks, with weights of so many fraction bits."""

    def __init__(self, model: LanguageModel, weight_bits: int = WEIGHT_BITS) -> None:
        self.network = IntegerNetwork(model.lstm.weights(), weight_bits)
        self.splitter = Splitter(model.vocabulary)
        self.window, self.run, self.step = model.window, model.run, model.step
        self._capitals = Capitals(self.splitter)

    @cached_property
    def fingerprint(self) -> bytes:
        """A short SHA-256 of everything that must be the same for unpacking."""
        found = hashlib.sha256(self.network.digest())
        found.update(self.splitter.alphabet().encode("utf-8", "surrogatepass"))
        found.update(self._capitals.rules() + f"{self.window}".encode())
        return found.digest()[:_SHORT]

    def pack(
        self, text: str, *, streams: int | None = None, progress: Progress | None = None
    ) -> Packing:
        """Pack any text; characters that the model does not know are packed separately.

        The number of segments that are read in parallel depends on the length by default. The
        progress may raise to stop. A CharlstmError is raised if the text is too long, or holds
        incomplete characters.
        """
        if len(text) > MOST_CHARACTERS:
            raise CharlstmError(
                f"At most {MOST_CHARACTERS:,} characters can be packed, not {len(text):,}."
            )
        parts = self.splitter.split(text)
        known = len(parts.ids)
        unknown = sum(len(piece) for _, piece in parts.pieces)
        streams = streams or streams_for(known, self.window)
        encoder, total = Encoder(), known + unknown
        report = _shifted(progress, 0, total)
        _, piece_bits = code_pieces(encoder, known, unknown, parts.pieces, report)
        report = _shifted(progress, unknown, total)
        bits = write_symbols(encoder, self.network, self.window, parts.ids, streams, report)
        symbol_bits = float(bits.sum())
        bits += self._capitals.code(encoder, parts.ids, parts.capitals)[1]
        head = self.run, self.step, self.fingerprint, check_of(text)
        flags = _WINDOWS_LINES * parts.windows_lines
        packed = PackedFile(*head, flags, known, unknown, streams, encoder.finish())
        data = packed.to_bytes()
        costs = _costs(text, parts, bits, piece_bits)
        return Packing(data, len(data) - len(packed.code), text, costs, symbol_bits, streams)

    def unpack(
        self,
        data: bytes | PackedFile,
        *,
        most: int = MOST_CHARACTERS,
        progress: Progress | None = None,
    ) -> str:
        """Return exactly the text that was packed, of at most so many characters.

        The progress may raise to stop. A CharlstmError is raised if the file is not a packed one,
        damaged, or packed with another model; a different text is never returned.
        """
        packed = read_packed(data) if isinstance(data, bytes) else data
        if packed.fingerprint != self.fingerprint:
            raise CharlstmError(
                f"This file was packed with another model: run {packed.run or 'without a name'},"
                f" step {packed.step:,}, fingerprint {packed.fingerprint.hex()}; this one is"
                f" {self.run or 'without a name'}, step {self.step:,}, {self.fingerprint.hex()}."
            )
        known, unknown, streams = packed.known, packed.unknown, packed.streams
        total = known + unknown
        if total > most:
            raise CharlstmError(f"At most {most:,} characters can be unpacked here, not {total:,}.")
        if not 1 <= streams <= most_streams(self.window) or packed.flags > _WINDOWS_LINES:
            raise CharlstmError(DAMAGED)
        decoder = Decoder(packed.code)
        report = _shifted(progress, 0, total)
        pieces, _ = code_pieces(decoder, known, unknown, progress=report)
        report = _shifted(progress, unknown, total)
        ids = read_symbols(decoder, self.network, self.window, known, streams, report)
        capitals, _ = self._capitals.code(decoder, ids)
        text = self.splitter.join(Parts(ids, capitals, pieces, packed.flags == _WINDOWS_LINES))
        if check_of(text) != packed.check:
            raise CharlstmError("The SHA-256 of the unpacked text differs: the file is damaged.")
        return text


def check_of(text: str) -> bytes:
    """Return the short SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_SHORT]


def _costs(
    text: str, parts: Parts, bits: NDArray[np.float64], piece_bits: list[float]
) -> NDArray[np.float64]:
    """Return the bits of every character of a text; a piece's are divided among its characters.

    The first half of a Windows line end is not written and costs nothing.
    """
    found, done = [], 0
    for (position, piece), cost in zip(parts.pieces, piece_bits, strict=True):
        found += [bits[done:position], np.full(len(piece), cost / len(piece))]
        done = position
    written = np.concatenate([*found, bits[done:]])
    if not parts.windows_lines:
        return written
    costs = np.zeros(len(text))
    costs[code_points(text) != ord("\r")] = written
    return costs


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return a progress function for a part that reports the progress of the whole."""
    return progress and (lambda done, _: progress(before + done, total))


def open_packer(run: str | RunFolder = DEFAULT_RUN, checkpoint: int | None = None) -> Packer:
    """Return the model of a run, to pack and unpack with; by default its best checkpoint.

    A RunError is raised if there is no such run or checkpoint, a file is damaged, or it is not an
    lstm of characters, and a CharlstmError if its weights are too large for exact computation.

    Example:
        >>> open_packer().unpack(open_packer().pack("the text").data)
        'the text'
    """
    folder = find(run) if isinstance(run, str) else run
    kind = folder.config().settings.network
    if kind != LSTM:
        raise RunError(
            f"The run {folder.name} is a {kind}; packing needs an lstm, which runs in integers."
        )
    return Packer(open_model(folder, checkpoint))


def packer_for(packed: PackedFile, run: str | None = None) -> Packer:
    """Return the model that packed a file, or raise a RunError; its run can have another name."""
    try:
        return open_packer(run or packed.run, packed.step)
    except CharlstmError as error:
        raise RunError(
            f"This file was packed with the run {packed.run!r} at step {packed.step:,}, and that"
            f" model is needed to unpack it: {error}"
        ) from error
