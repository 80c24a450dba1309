"""From bytes to text: finding the encoding, with a note unless it is plain UTF-8.

Bytes come in blocks, so that a file need not fit in memory; the result does not depend on where a
block ends.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from charlstm.errors import CorpusError, printable

BLOCK = 1 << 20
"""Bytes of a file that are read at a time."""

UTF8 = "utf-8"
GUESSED = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-15"),
    *("koi8-r", "koi8-u", "cp874", "cp932", "euc-jp", "gb18030", "big5", "cp949"),
)
"""Encodings that may be guessed: those in use, without those of DOS and the old Macintosh."""

SAMPLE = 1 << 20
"""Bytes from which an encoding is guessed, taken from lines that are not plain ASCII."""

_MARKS = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins like the mark of UTF-16, so it is looked for first
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

_FEW = 100
"""In a guessed encoding, one byte in this many characters may be bad, and always one."""

_BEFORE = 1000
"""Bytes of plain ASCII in the sample: at the start, and before a line's first other byte."""

_LONG_HEAD = re.compile(rb"\A[\0-\x7f]+(?=[\0-\x7f]{%d})" % _BEFORE)
_CONTROL = re.compile("[\x80-\x9f]")
"""A control character beyond ASCII; binary data contains many, text none."""

_BAD = re.compile("[\udc80-\udcff]")
"""An invalid byte, as the error handler ``surrogateescape`` represents it."""

_CUT_START = re.compile("[\udc80-\udcbf]{0,3}")
_CUT_END = re.compile(
    "(?:[\udcc2-\udcdf]|[\udce0-\udcef][\udc80-\udcbf]?|[\udcf0-\udcf4][\udc80-\udcbf]{0,2})\\Z"
)
"""The rest of a UTF-8 character at the start and at the end of a text that was cut."""

_NUL = (
    "This file holds NUL characters, so it is not plain text (or it is UTF-16 without a"
    " byte-order mark); save it as plain text in UTF-8."
)
_NO_TEXT = "This file is not text in any known encoding; save it as plain text in UTF-8."

Data = Callable[[], Iterable[bytes]]
"""Each call reads the bytes from their beginning, block by block."""


class Encoding(NamedTuple):
    """The name of an encoding, and a sentence on "this file", or ``""`` for plain UTF-8."""

    name: str
    note: str


class Decoded(NamedTuple):
    """A text and how it was read: see Encoding."""

    text: str
    encoding: str
    note: str


def decode(data: bytes) -> Decoded:
    """Return the text in ``data`` and how it was read; raise a CorpusError if it is not text."""
    encoding = encoding_of(lambda: [data])
    return Decoded("".join(decoded([data], encoding.name)), *encoding)


def exactly(data: bytes) -> str:
    """Return the text in ``data``, byte for byte; a CorpusError is raised if it is not UTF-8."""
    if fault := _first_fault(lambda: [data], UTF8):
        raise CorpusError(
            f"This file is not text in UTF-8 ({fault} is not), so its bytes could not be restored;"
            " save it as plain text in UTF-8 first."
        )
    return data.decode()


def decoded(data: Iterable[bytes], encoding: str) -> Iterator[str]:
    r"""Yield the text in blocks of bytes; what is not valid becomes U+FFFD.

    Line ends become ``\n``, as when Python opens a text file, and a byte-order mark is removed. NUL
    characters are a CorpusError.
    """
    lines = io.IncrementalNewlineDecoder(None, translate=True)
    parts = codecs.iterdecode(data, encoding, "replace")
    for part in chain([next(parts, "").removeprefix("\ufeff")], parts, [""]):
        if "\0" in part:
            raise CorpusError(_NUL)
        if text := lines.decode(part, final=not part):
            yield text


def file_encoding(path: Path) -> Encoding:
    """Return how a text file is read; a note or a CorpusError names the file."""
    with about(path.name):
        name, note = encoding_of(lambda: _blocks(path))
    return Encoding(name, naming(note, path.name))


def file_blocks(path: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file, block by block; a CorpusError names the file."""
    with about(path.name):
        yield from decoded(_blocks(path), encoding)


def utf8_blocks(path: Path) -> Iterator[str]:
    """Yield the text of a file in UTF-8, block by block, with its line ends unchanged."""
    return codecs.iterdecode(_blocks(path), UTF8)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            yield data


def naming(sentence: str, name: str) -> str:
    """Return a sentence on "this file" with the name of the file instead."""
    return sentence.replace("This file", printable(name), 1)


@contextlib.contextmanager
def about(name: str) -> Iterator[None]:
    """Put the file's name into errors on "this file"; raise a CorpusError if it is unreadable."""
    try:
        yield
    except CorpusError as error:
        raise CorpusError(naming(str(error), name)) from error
    except OSError as error:
        raise CorpusError(f"{name} cannot be read: {error.strerror}.") from error


def encoding_of(data: Data) -> Encoding:
    """Return the encoding of some bytes; a CorpusError is raised if they are not text.

    A byte-order mark decides. Otherwise it is UTF-8 if the bytes are valid or nearly valid: a few
    may be bad, and both ends may be cut within a character. Otherwise it is guessed, among GUESSED;
    again a few bytes may be bad.
    """
    head = b"".join(islice(data(), 4))
    marked = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")
    name = marked or UTF8
    fault = _first_fault(data, name)
    if not fault:
        return Encoding(name, "" if name == UTF8 else _note(name))
    if name == UTF8:
        is_nearly, bad = _nearly_utf8(data)
        if is_nearly or marked:
            return Encoding(UTF8, _note("UTF-8", fault, bad))
        name = _guessed(_telling(data))
        fault = _first_fault(data, name)
    return Encoding(name, _note(name, fault, _replaced(data, name) if fault else 0))


def _note(name: str, fault: str = "", bad: int = 0) -> str:
    read = f"This file was read as {name}"
    if not fault:
        return f"{read}."
    if bad == 1:
        return f"{read}, except for {fault}, which became \ufffd."
    return f"{read}, except for {bad:,} bad bytes, which became \ufffd; the first is {fault}."


def _first_fault(data: Data, encoding: str) -> str:
    """Return the first byte that is not valid in an encoding, its value and line, or ``""``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = io.IncrementalNewlineDecoder(None, translate=True)
    read, line = 0, 1
    try:
        for block in chain(data(), [b""]):
            read += len(block)
            line += lines.decode(decoder.decode(block, not block)).count("\n")
    except UnicodeDecodeError as error:  # its object includes the pending bytes
        before = error.object[: error.start].decode(encoding)
        line += lines.decode(before, final=True).count("\n")
        position = read - len(error.object) + error.start + 1
        return f"byte {position:,} (0x{error.object[error.start]:02X}) in line {line:,}"
    return ""


def _nearly_utf8(data: Data) -> tuple[bool, int]:
    """Return whether few bytes are not valid in UTF-8, and how many.

    They are few if the valid characters outnumber them: in text of another encoding, bytes that
    happen to continue a character of UTF-8 are rare, at most half as many as the bad ones.
    """
    size = length = bad = 0
    first = last = ""
    for part in codecs.iterdecode(data(), UTF8, "surrogateescape"):
        here = len(_BAD.findall(part))
        bad, length = bad + here, length + len(part)
        size += len(part.encode(UTF8, "surrogateescape"))
        first, last = (first + part[:3])[:3], (last + part[-3:])[-3:]
    cut = [match.group() for match in (_CUT_START.match(first), _CUT_END.search(last)) if match]
    return bad - len("".join(cut)) <= size - length, bad


def _replaced(data: Data, encoding: str) -> int:
    """Return how many bytes are invalid in an encoding; a CorpusError is raised if too many are."""
    bad = length = 0
    for part in codecs.iterdecode(data(), encoding, "replace"):
        bad, length = bad + part.count("\ufffd"), length + len(part)
    if bad > max(1, length // _FEW):
        raise CorpusError(
            f"This file looks like {encoding}, but not all of it is; save it as plain text in"
            " UTF-8."
        )
    return bad


def _telling(data: Data) -> bytes:
    """Return a sample to guess an encoding from: a few lines, and all that are not plain ASCII."""
    found, rest = bytearray(), b""
    for block in data():
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if len(found) < _BEFORE or not line.isascii():
                found += _LONG_HEAD.sub(b"", line) + b"\n"
        rest = _LONG_HEAD.sub(b"", rest)
        if len(found) + len(rest) > SAMPLE:
            break
    return bytes(found + rest)[:SAMPLE]


def _guessed(sample: bytes) -> str:
    """Return the likeliest encoding of a sample; a CorpusError is raised if it is not text."""
    if b"\0" in sample:
        raise CorpusError(_NUL)
    import chardet  # UTF-8 needs no guess

    guess = chardet.detect(sample, max_bytes=SAMPLE, include_encodings=GUESSED)["encoding"]
    controls = _CONTROL.findall(sample.decode(guess, "replace")) if guess else []
    if guess is None or len(controls) > len(sample) // _FEW:
        raise CorpusError(_NO_TEXT)
    return codecs.lookup(guess).name.replace("-", "_")
