"""Names, files and folders become one corpus, in a known order and within the limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from charlstm.data import named
from charlstm.data.named import gather
from charlstm.errors import CorpusError


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Return a folder of three texts, among other things."""
    folder = tmp_path / "shelf"
    (folder / "more.txt").mkdir(parents=True)
    for name, text in {
        "b.txt": "second\n",
        "a.txt": "First",
        "c.TXT": "third",
        ".hidden.txt": "not this",
        "notes.md": "nor this",
        "more.txt/d.txt": "nor what is deeper",
    }.items():
        (folder / name).write_text(text)
    return folder


def _text(*words: object) -> str:
    return "".join(gather([str(word) for word in words]).pieces())


def test_a_folder_is_its_texts_sorted_by_name(shelf: Path) -> None:
    corpus = gather([str(shelf)])
    assert corpus.name == "shelf"
    assert "".join(corpus.pieces()) == "First\n\nsecond\n\nthird"
    assert gather([str(shelf)]).cased(lowercase=True).whole().text == "first\n\nsecond\n\nthird"


def test_several_words_come_in_the_order_given(shelf: Path, tmp_path: Path) -> None:
    lone = tmp_path / "lone tale.txt"
    lone.write_text("alone")
    corpus = gather([str(lone), str(shelf), str(lone)])
    assert corpus.name == "lone tale-and-2-more"
    assert "".join(corpus.pieces()) == "alone\n\nFirst\n\nsecond\n\nthird\n\nalone"


def test_one_file_is_what_it_was(shelf: Path) -> None:
    assert gather([str(shelf / "b.txt")]).whole().text == "second\n"
    assert gather([str(shelf / "b.txt")]).name == "b"


def test_a_name_is_a_corpus_and_may_stand_beside_files(shelf: Path) -> None:
    reference = named.load_named("python")
    corpus = gather(["python"])
    assert (corpus.name, corpus.sha256) == ("python", reference.sha256)
    assert _text("python", shelf / "a.txt") == reference.text + "\nFirst"


@pytest.mark.skipif(os.name == "nt", reason="making links there takes a privilege")
def test_links_lead_nowhere_outside(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    (shelf / "aa.txt").symlink_to(tmp_path / "secret.txt")
    (shelf / "bb.txt").symlink_to(tmp_path / "nowhere.txt")
    (shelf / "d.txt").symlink_to(shelf / "a.txt")
    assert _text(shelf) == "First\n\nsecond\n\nthird\n\nFirst"


def test_another_encoding_is_noted_and_named(shelf: Path) -> None:
    (shelf / "b.txt").write_bytes(
        "Ein Gespräch über die Schönheit, ein schönes Stück.\n".encode("cp1252")
    )
    corpus = gather([str(shelf)])
    assert corpus.note == "b.txt was read as cp1252."
    assert "Gespräch über" in corpus.whole().text


def test_a_file_that_is_no_text_is_named(shelf: Path) -> None:
    (shelf / "b.txt").write_bytes(b"\0\1\2")
    with pytest.raises(CorpusError, match=r"^b\.txt holds NUL"):
        gather([str(shelf)]).whole()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be read")
def test_a_file_that_cannot_be_read_is_named(shelf: Path) -> None:
    (shelf / "b.txt").chmod(0)
    with pytest.raises(CorpusError, match=r"^b\.txt cannot be read"):
        gather([str(shelf)])


@pytest.mark.parametrize("word", ["nowhere.txt", "", "x" * 5000, "a\0b"])
def test_what_is_not_there_is_a_sentence(word: str, shelf: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus, text file or folder") as refusal:
        gather([str(shelf), word])
    assert len(str(refusal.value)) < 300


def test_a_folder_without_texts_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no text file; its texts must end in \.txt"):
        gather([str(tmp_path)])


def test_all_together_keep_the_limit_and_are_refused_unread(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "MAX_FILE_BYTES", 17)
    assert len(gather([str(shelf)])) == 20
    monkeypatch.setattr(named, "file_encoding", lambda _: pytest.fail("a file was read"))
    monkeypatch.setattr(named, "MAX_FILE_BYTES", 16)
    with pytest.raises(CorpusError, match=r"These 3 files have 0\.0 MB; the limit is"):
        gather([str(shelf)])


def test_too_many_files_are_refused(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "MAX_FILES", 2)
    with pytest.raises(CorpusError, match="holds 3 text files; at most 2"):
        gather([str(shelf)])
