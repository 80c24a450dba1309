"""From bytes to text: what is read, what is refused."""

from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.decoding import decode
from charlstm.errors import CharlstmError, CorpusError

GERMAN = (
    "Die Mädchen hören Geräusche, während die Bäume blühen; häufig größer als früher.\n"
    "Über die Länge der Straße, schön, daß wir da sind.\n"
) * 4
FRENCH = (
    "Il était une fois, à l’école du village, une élève très douée qui s’appelait Hélène.\n"
    "« Où vas-tu ? » lui demanda-t-elle ; mais elle n’était déjà plus là.\n"
) * 4
ENGLISH = (
    "“It’s a truth,” she said — and the café’s owner, M. Lefèvre, nodded… “Naïve as it may\n"
    "seem, that’s what we’ve got: £5 and a résumé.” He didn’t answer.\n"
) * 4

TURKISH = (
    "Kuşlar gökyüzünde uçarken çocuklar bahçede oynuyordu. Yağmur yağdığında herkes girdi.\n"
    "Ağaçların altında ıslanan köpek sığınacak bir yer arıyordu; İstanbul'da akşam olmuştu.\n"
) * 4


@given(st.text().filter(lambda text: "\0" not in text and "\r" not in text))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode()) == (text, "utf-8")


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert decode(codecs.BOM_UTF8 + "né".encode()) == ("né", "utf-8")
    assert decode("né le 1er".encode("utf-16"))[0] == "né le 1er"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("text", [GERMAN, ENGLISH, "plain words only, nothing else. " * 9])
def test_utf16_and_utf32_with_a_byte_order_mark_are_read_and_named(
    text: str, encoding: str
) -> None:
    read, named = decode(text.encode(encoding))
    assert read == text
    assert named.replace("_", "-").startswith(encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_plain_text_in_utf16_without_a_byte_order_mark_is_refused(encoding: str) -> None:
    with pytest.raises(CorpusError, match="NUL"):
        decode(("plain words only, nothing else. " * 9).encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "latin-1"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        (ENGLISH, "cp1252"),
        (TURKISH, "cp1254"),
    ],
)
def test_a_text_in_a_western_8_bit_encoding_is_read_right(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_the_encoding_that_was_detected_is_named() -> None:
    text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 8
    assert decode(text.encode("koi8-r")) == (text, "koi8_r")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1",
        b"\x7fELF\2\1\1\0\0\0",
        random.Random(0).randbytes(5000),
        random.Random(0).randbytes(5000).replace(b"\0", b"\1"),
        bytes(range(256)),
    ],
)
def test_what_is_not_text_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(CorpusError, match=r"UTF-8\.$"):
        decode(data)


def test_line_ends_become_newlines_as_in_a_text_file() -> None:
    assert decode(b"one\r\ntwo\rthree\n\r\n")[0] == "one\ntwo\nthree\n\n"
    assert decode("é\r\nà\r".encode("utf-16"))[0] == "é\nà\n"


@given(st.binary(max_size=300))
def test_any_bytes_are_either_text_without_nul_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except CharlstmError:
        return
    assert "\0" not in text
    assert "\r" not in text
    assert encoding
