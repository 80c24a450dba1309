"""From bytes to text: UTF-8 first, otherwise the encoding is detected and named.

Knows nothing of files, names or what the text is for.
"""

from __future__ import annotations

import charset_normalizer

from charlstm.errors import CorpusError

COMMONEST = "cp1252"
"""Windows-1252, which holds Latin-1: by far the commonest of the encodings that look alike."""

_TURKISH = {"cp1254", "iso8859_9"}
"""Encodings that differ from Windows-1252 in the six letters of Turkish alone."""

_AS_PLAUSIBLE = 0.1


def decode(data: bytes) -> tuple[str, str]:
    """Return the text in ``data`` and the name of the encoding that it was read with.

    Line ends become ``\\n``, as when Python opens a text file. A byte-order mark is removed.

    Raises:
        CorpusError: If no encoding fits, or if the decoded text holds NUL characters. UTF-16
            without a byte-order mark is valid UTF-8 full of NULs, hence the look after decoding.
    """
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _detect(data)
    refuse_nul(text)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def refuse_nul(text: str) -> None:
    """Refuse a text that holds NUL characters.

    Raises:
        CorpusError: If it does.
    """
    if "\0" in text:
        raise CorpusError(
            "This file holds NUL characters, so it is not plain text (or it is UTF-16 without a"
            " byte-order mark); save it as plain text in UTF-8."
        )


def _detect(data: bytes) -> tuple[str, str]:
    matches = charset_normalizer.from_bytes(data)
    best = matches.best()
    if best is None:
        raise CorpusError(
            "This file is not text in any known encoding; save it as plain text in UTF-8."
        )
    if best.encoding in _TURKISH and best.language == "Turkish":
        return str(best), best.encoding
    for match in matches:
        plausible = (
            match.chaos <= best.chaos + _AS_PLAUSIBLE
            and match.coherence >= best.coherence - _AS_PLAUSIBLE
        )
        if plausible and COMMONEST in match.could_be_from_charset:
            return data.decode(COMMONEST), COMMONEST
    return str(best).removeprefix("\ufeff"), best.encoding
