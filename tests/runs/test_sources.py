"""What is available of the text that a run learned, and where fingerprints are found."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.analysis.written import FINGERPRINT, NOTHING, TEXT
from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import fingerprint_of
from charlstm.errors import RunError
from charlstm.runs import opening as sources
from charlstm.runs.files import publish_arrays
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import OWN, ensure_fingerprint, source_kind, source_of
from charlstm.runs.store import find
from tests.made import made_run, prose


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for fingerprints that ship."""
    monkeypatch.setattr(sources, "FINGERPRINTS", tmp_path / "fingerprints")
    return tmp_path / "fingerprints"


def _without_text(run: RunFolder) -> RunFolder:
    (run.path / "corpus.txt").unlink()
    return run


def test_a_kept_text_is_used_itself() -> None:
    run = made_run()
    source = source_of(run)
    assert (source.kind, source_kind(run)) == (TEXT, TEXT)
    assert source.text == prose(1500)
    assert source.reason == ""


def test_a_text_that_is_too_long_for_a_page_stays_where_it_is(folder: Path) -> None:
    run = made_run()
    assert source_kind(run, most=1500) == TEXT
    assert source_kind(run, most=1499) == NOTHING
    assert "1,500 characters" in source_of(run, most=1499).reason
    ensure_fingerprint(run)
    assert source_of(run, most=1499).kind == FINGERPRINT
    assert len(list(folder.iterdir())) == 1


def test_without_text_and_fingerprint_the_reason_is_said(folder: Path) -> None:
    run = _without_text(made_run())
    source = source_of(run)
    assert (source.kind, source_kind(run)) == (NOTHING, NOTHING)
    assert source.reason == "The text 'made-text' that this run learned is not available."
    assert not folder.exists()


def test_a_fingerprint_in_the_folder_of_the_run_is_found(folder: Path) -> None:
    run = made_run()
    ensure_fingerprint(run)
    (shared,) = folder.iterdir()
    shutil.move(shared, run.path / OWN)
    source = source_of(_without_text(run))
    assert (source.kind, source_kind(run)) == (FINGERPRINT, FINGERPRINT)
    assert source.lexicon is not None
    assert "cat" in source.lexicon.corpus


@pytest.mark.usefixtures("folder")
def test_a_fingerprint_of_another_text_is_not_used() -> None:
    run = _without_text(made_run())
    publish_arrays(run.path / OWN, fingerprint_of(Corpus("other", "xyz " * 30)).arrays())
    assert source_of(run).kind == NOTHING


@pytest.mark.usefixtures("folder")
def test_a_damaged_fingerprint_is_named() -> None:
    run = _without_text(made_run())
    (run.path / OWN).write_bytes(b"PK not an archive")
    source = source_of(run)
    assert source.kind == NOTHING
    assert OWN in source.reason


@pytest.mark.usefixtures("folder")
def test_a_text_that_has_changed_is_not_used() -> None:
    run = made_run()
    (run.path / "corpus.txt").write_text(prose(1500, seed=1))
    source = source_of(run)
    assert source.kind == NOTHING
    assert "SHA-256" in source.reason


def test_what_config_json_says_leads_to_no_other_folder(folder: Path, tmp_path: Path) -> None:
    run = made_run()
    fingerprint = fingerprint_of(Corpus("made-text", prose(1500)))
    publish_arrays(tmp_path / "secret.npz", fingerprint.arrays())
    run.write_config(replace(run.config(), sha256="../secret"))
    assert source_kind(_without_text(run)) == NOTHING
    assert source_of(run).kind == NOTHING
    assert not folder.exists()


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from charlstm.data import named

    def refuse(*_: object) -> None:
        raise AssertionError("a download")

    monkeypatch.setattr(named, "_download", refuse)
    assert source_of(find("nietzsche-tbptt")).kind == FINGERPRINT


def test_shipped_runs_know_their_words_and_copies() -> None:
    source = source_of(find("nietzsche-tbptt"))
    assert source.kind == FINGERPRINT
    assert source.lexicon is not None
    assert "christianity" in source.lexicon.corpus
    assert source.lexicon.is_invented("strengthfulness")
    # The book's first sentence stands in it, and hardly anything else does.
    text = "supposing that truth is a woman--what then? is there not ground\nfor suspecting"
    (copies,) = source.copies(["zzzz " + text + " zzzz"]) or [[]]
    assert copies[0].length == pytest.approx(len(text), abs=2)
    with pytest.raises(RunError):
        source_of(find("no-such-run"))
