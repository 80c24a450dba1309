"""Text in blocks is the text read at once, whatever the encoding and wherever a block ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data import decoding
from charlstm.data.corpus import joined, lowered, part
from charlstm.data.decoding import decode, file_blocks, file_encoding
from charlstm.errors import CorpusError
from tests.scripts import TEXTS

GERMAN = (
    "Die Mädchen hören Geräusche, während die Bäume blühen; häufig größer als früher.\r\n"
    "Über die Länge der Straße, schön, daß wir da sind.\r\n"
) * 20


def _read(path: Path) -> str:
    return "".join(file_blocks(path, file_encoding(path).name))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_in_blocks_is_the_file_at_once(
    tmp_path: Path, encoding: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "BLOCK", size)
    path = tmp_path / "a.txt"
    path.write_bytes((GERMAN + "the end\rof it\r").encode(encoding))
    assert (
        _read(path)
        == decode(path.read_bytes())[0]
        == GERMAN.replace("\r\n", "\n") + ("the end\nof it\n")
    )


LATE = [
    GERMAN.encode("cp1252"),
    GERMAN.encode() + b"a stray \x96 here\n",
    GERMAN.encode()[:-5] + "ß".encode()[:1],
    b"one dash only \x96 here\n",
    TEXTS["Russian"].encode("koi8-r") * 9,
    TEXTS["Chinese"].encode("gb18030") * 9,
    TEXTS["Japanese"].encode("shift_jis") * 9 + b"\x81",
]


@pytest.mark.parametrize("late", LATE)
def test_how_a_file_is_read_depends_neither_on_its_length_nor_on_its_blocks(
    tmp_path: Path, late: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    found = set()
    for lines, size in ((0, 1 << 20), (0, 7), (10, 64), (3000, 4096), (120_000, 1 << 20)):
        monkeypatch.setattr(decoding, "BLOCK", size)
        head = b"plain words only, nothing else, all of it.\n" * lines
        path.write_bytes(head + late)
        found.add(file_encoding(path).name)
        assert _read(path) == decode(head + late).text
        assert file_encoding(path).note == decode(head + late).note.replace("This file", "a.txt")
    assert len(found) == 1


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_that_never_ends_is_sampled_too(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain " * 900_000 + TEXTS["Russian"].strip().encode("cp1251") * 9 + end)
    assert file_encoding(path).name == "cp1251"


def test_a_bad_byte_far_away_is_named_by_its_position_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    head = ("Grüße\r\n" * 700_000).encode()
    path.write_bytes(head + b"\x96\r\n")
    assert file_encoding(path).note == (
        f"a.txt was read as UTF-8, except for byte {len(head) + 1:,} (0x96) in line 700,001, which"
        " became \ufffd."
    )


def test_a_large_file_that_is_not_what_its_sample_promised_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(GERMAN.encode("cp1252") * 1000 + b"\x81\x8d\x8f\x90\x9d \n" * 40_000)
    with pytest.raises(CorpusError, match=r"a\.txt looks like cp1252, but not all of it is"):
        file_encoding(path)


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes("é\0".encode("utf-16-le") * 500)
    with pytest.raises(CorpusError, match=r"^picture\.txt "):
        _read(path)
    path.write_bytes(b"plain, but\0")
    with pytest.raises(CorpusError, match=r"^picture\.txt holds NUL characters"):
        _read(path)


@given(st.lists(st.text("ΣσΑa İ\n\u3005\u4e00ß'.", max_size=8)))
def test_a_text_lower_cased_in_blocks_is_the_text_lower_cased_at_once(parts: list[str]) -> None:
    assert "".join(lowered(parts)) == "".join(parts).lower()


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["one", "two"], "one\n\ntwo"),
        (["one\n", "two\n"], "one\n\ntwo\n"),
        (["one\n\n", "two"], "one\n\ntwo"),
        (["one\n\n\n\n", "\ntwo"], "one\n\n\n\n\ntwo"),
        (["one", "", "two"], "one\n\ntwo"),
        (["", "one", ""], "one"),
        (["\n", "one"], "\n\none"),
        ([], ""),
    ],
)
def test_two_texts_are_joined_by_a_blank_line(texts: list[str], whole: str) -> None:
    for size in (1, 2, 100):
        parts = [[text[at : at + size] for at in range(0, len(text), size)] for text in texts]
        assert "".join(joined(parts)) == whole


@given(st.lists(st.text(max_size=5), max_size=6), st.integers(0, 35), st.integers(0, 35))
def test_a_part_of_a_text_in_blocks_is_the_part_of_the_text(
    blocks: list[str], start: int, stop: int
) -> None:
    assert part(blocks, start, stop) == "".join(blocks)[start:stop]


def test_nothing_after_a_part_is_read() -> None:
    def blocks() -> Iterator[str]:
        yield "abc"
        raise AssertionError("This block is not needed.")

    assert part(blocks(), 1, 3) == "bc"
