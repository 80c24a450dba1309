"""From bytes to text: what is read, what is refused."""

from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.decoding import decode
from charlstm.errors import CharlstmError, CorpusError
from tests.scripts import ENCODED, TEXTS

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
        assert decode(text.encode()) == (text, "utf-8", "")


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert decode(codecs.BOM_UTF8 + "né".encode()) == ("né", "utf-8", "")
    assert decode("né le 1er".encode("utf-16"))[0] == "né le 1er"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("text", [GERMAN, ENGLISH, "plain words only, nothing else. " * 9])
def test_utf16_and_utf32_with_a_byte_order_mark_are_read_and_named(
    text: str, encoding: str
) -> None:
    read, named, note = decode(text.encode(encoding))
    assert read == text
    assert named.startswith(encoding)
    assert note == f"This file was read as {named}."


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
    assert decode(text.encode("koi8-r")) == (text, "koi8_r", "This file was read as koi8_r.")


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
        text, encoding, _ = decode(data)
    except CharlstmError:
        return
    assert "\0" not in text
    assert "\r" not in text
    assert encoding


@pytest.mark.parametrize("times", [1, 30])
@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_a_text_in_an_encoding_that_people_use_is_read_right(
    language: str, encoding: str, times: int
) -> None:
    text = TEXTS[language] * times
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_such_a_text_that_was_cut_within_a_character_loses_that_one_alone(
    language: str, encoding: str
) -> None:
    data = (TEXTS[language] * 30).encode(encoding)
    for end in (-2, -3, -4, -5):
        read = decode(data[:end])
        assert read.text == data[:end].decode(encoding, "replace")
        assert ("\ufffd" in read.text) == ("became \ufffd" in read.note)


@pytest.mark.parametrize("language", TEXTS)
def test_utf8_that_was_cut_anywhere_stays_utf8(language: str) -> None:
    data = TEXTS[language].encode()
    for position in range(1, len(data)):
        for part in (data[:position], data[position:]):
            assert decode(part)[:2] == (part.decode("utf-8", "replace"), "utf-8")


@pytest.mark.parametrize("stray", [0x80, 0x96, 0xA0, 0xE9, 0xFF])
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_with_a_stray_byte_anywhere_stays_utf8_and_names_the_byte(
    language: str, stray: int
) -> None:
    data = (TEXTS[language] + "plain\n" + TEXTS[language]).encode()
    for position in range(0, len(data), 5):
        spoilt = data[:position] + bytes([stray]) + data[position:]
        text, encoding, note = decode(spoilt)
        assert (text, encoding) == (spoilt.decode("utf-8", "replace"), "utf-8")
        try:
            spoilt.decode()
        except UnicodeDecodeError as error:
            line = spoilt[: error.start].count(b"\n") + 1
            value = spoilt[error.start]
            assert f"byte {error.start + 1:,} (0x{value:02X}) in line {line}" in note
        else:
            assert note == ""  # it was the start of a character that others went on


@given(st.text(min_size=1), st.binary(min_size=1, max_size=3), st.data())
def test_where_utf8_is_read_with_a_bad_byte_the_rest_of_the_text_is_all_there(
    text: str, bad: bytes, data: st.DataObject
) -> None:
    whole = "ÄÖÜ äöü ß – “long enough for three bytes”\n" + text.replace("\0", "").replace("\r", "")
    position = data.draw(st.integers(0, len(whole)))
    spoilt = whole[:position].encode() + bad.replace(b"\0", b"\xff") + whole[position:].encode()
    read = decode(spoilt)
    assert read.encoding == "utf-8"
    lines = spoilt.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    assert read.text == lines.removeprefix("\ufeff")


@pytest.mark.parametrize("byte", ["é", "—", "’", "ß"])
def test_one_letter_of_windows_in_an_english_text_is_that_letter(byte: str) -> None:
    text = "plain words only, nothing else.\n" * 300 + f"but one {byte} here.\n" + "again.\n" * 90
    assert decode(text.encode("cp1252"))[:2] == (text, "cp1252")


@given(st.binary(max_size=400))
def test_no_page_of_dos_or_of_the_old_macintosh_is_ever_chosen(data: bytes) -> None:
    try:
        encoding = decode(data).encoding
    except CharlstmError:
        return
    assert not encoding.startswith(("mac", "cp4", "cp7", "cp85", "cp86", "cp11"))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_wide_text_without_a_byte_order_mark_is_refused_and_never_guessed(
    language: str, encoding: str
) -> None:
    with pytest.raises(CorpusError, match=r"save it as plain text in UTF-8\.$"):
        decode(TEXTS[language].encode(encoding))


def test_utf16_that_was_cut_within_a_character_keeps_the_rest() -> None:
    read = decode((GERMAN * 9).encode("utf-16")[:-1])
    assert read.text == (GERMAN * 9)[:-1] + "\ufffd"
    assert "utf-16-le, except for byte" in read.note


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("Привет, мир! Как дела сегодня?", "cp1251"),
        ("Grüße aus Köln, und bis bald.", "cp1252"),
        ("Zażółć gęślą jaźń, mówi stary wąż.", "cp1250"),
        ("Καλημέρα κόσμε, πώς είσαι σήμερα;", "cp1253"),
    ],
)
def test_one_line_is_enough_to_guess_its_encoding(line: str, encoding: str) -> None:
    assert decode(line.encode(encoding)).text == line
