"""The format of a packed file: a head that says what it takes to unpack it, then the code.

Knows bytes; knows nothing of networks or of what the code means. Nothing is allocated by what a
file says before it was checked.

    CHZ1                    four bytes
    CRC-32 of all after it  four bytes, the highest first
    fingerprint             eight bytes: of all that the model computes and how a text is spelled
    check                   eight bytes: the start of the SHA-256 of the text in UTF-8
    run                     its length in a byte, its name
    step, flags, known and unknown characters, stretches: whole numbers, seven bits in a byte, the
                            lowest first
    the code                to the end
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from charlstm.compression.range_coder import DAMAGED
from charlstm.errors import CharlstmError, refuse_newer

MAGIC = b"CHZ1"
SHORT = 8
"""Bytes that are kept of a SHA-256: 64 bits, so that no accident passes."""

_MOST_NUMBER_BYTES = 9
_RUN = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True)
class PackedFile:
    """What a packed file holds.

    Attributes:
        run: Name of the run whose model packed it.
        step: Its checkpoint.
        fingerprint: Of the model, 8 bytes.
        check: Of the text, 8 bytes.
        flags: One bit: whether lines end as on Windows.
        known: How many characters the model reads.
        unknown: How many it cannot read.
        streams: In how many stretches.
        code: The arithmetic code.
    """

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
            head += _number(number)
        body = head + self.code
        return MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


def read_packed(data: bytes) -> PackedFile:
    """Return what a packed file holds.

    Raises:
        CharlstmError: If it is none, or damaged.
    """
    if data[:3] == MAGIC[:3] and data[3:4].isdigit():
        refuse_newer("This packed file", int(data[3:4]), int(MAGIC[3:]))
    if data[: len(MAGIC)] != MAGIC:
        raise CharlstmError("This is not a file that charlstm packed.")
    body = data[len(MAGIC) + 4 :]
    if data[len(MAGIC) : len(MAGIC) + 4] != zlib.crc32(body).to_bytes(4, "big"):
        raise CharlstmError(
            "This packed file is damaged: it is not as it was written (its checksum does not"
            " match). Get it again."
        )
    reader = _Reader(body)
    fingerprint, check = reader.take(SHORT), reader.take(SHORT)
    try:
        run = reader.take(reader.take(1)[0]).decode("ascii")
    except UnicodeDecodeError:
        raise CharlstmError(DAMAGED) from None
    if not _RUN.fullmatch(run):
        raise CharlstmError(DAMAGED)
    step, flags, known, unknown, streams = (reader.number() for _ in range(5))
    return PackedFile(run, step, fingerprint, check, flags, known, unknown, streams, reader.rest())


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, count: int) -> bytes:
        found = self._data[self._position : self._position + count]
        if len(found) < count:
            raise CharlstmError(DAMAGED)
        self._position += count
        return found

    def number(self) -> int:
        value = 0
        for position in range(_MOST_NUMBER_BYTES):
            (byte,) = self.take(1)
            value |= (byte & 127) << 7 * position
            if byte < 128:
                return value
        raise CharlstmError(DAMAGED)

    def rest(self) -> bytes:
        return self._data[self._position :]
