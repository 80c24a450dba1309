"""What pages say about the texts that they are given, and about those that runs learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from charlstm.runs.folder import RunFolder
from charlstm.ui.controls.corpus_choice import LOWERCASE, PASTE, UPLOAD
from tests.made import edit_json, made_run
from tests.made import prose as made_prose
from tests.pages.opened import PAGES, button, choose, errors, open_page, run, said
from tests.scripts import TEXTS

NOTE = "gruß.txt was read as cp1252."
WITH_A_MODEL = ("temperature", "compare", "hand", "cells", "compression")
WITH_A_RUN = (*WITH_A_MODEL, "strategies", "atlas", "timeline", "train")


def _uploaded(name: str, content: bytes) -> AppTest:
    app = choose(open_page("train"), "corpus", UPLOAD)
    app.file_uploader(key="uploaded").upload(name, content, "text/plain")
    return run(app)


def _pasted(text: str) -> AppTest:
    app = choose(open_page("train"), "corpus", PASTE)
    app.text_area(key="pasted").set_value(text)
    return run(app)


def _noted() -> RunFolder:
    made = made_run()
    made.write_config(replace(made.config(), note=NOTE))
    return made


def test_an_upload_with_a_bad_byte_names_it_and_can_be_learned() -> None:
    app = _uploaded("a.txt", TEXTS["German"].encode() * 20 + b"\x96\n")
    assert "a.txt was read as UTF-8, except for byte" in said(app)
    assert "(0x96) in line 21" in said(app)
    assert not button(app, "Start").disabled


@pytest.mark.parametrize("page", WITH_A_RUN)
def test_every_page_says_how_the_text_of_its_run_was_read(page: str) -> None:
    _noted()
    assert NOTE in said(open_page(page, run="made"))


def test_the_page_of_a_place_in_a_text_says_so_too() -> None:
    _noted()
    assert NOTE in said(open_page("source", source="made", position="9", length="30"))


def test_the_race_says_how_its_text_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.txt").write_bytes(TEXTS["German"].encode("cp1252") * 20)
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    assert "own.txt was read as cp1252." in said(open_page("race", corpus="own"))


def test_where_capitals_carry_meaning_the_control_that_keeps_them_is_named() -> None:
    app = _pasted("CC(=O)OC1=CC=CC=C1C(=O)O\n" * 60)
    assert f"switch off “{LOWERCASE}”" in said(app)
    app.toggle(key="case").set_value(False)
    assert "switch off" not in said(run(app))
    assert "switch off" not in said(_pasted(made_prose(2000)))


def test_too_many_symbols_can_be_learned_as_words() -> None:
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 4501)))
    app = _pasted(made_prose(9000) + signs + made_prose(2000))
    assert "Learn its words instead" in errors(app)[0]
    assert button(app, "Start").disabled
    choose(app, "level", "word")
    assert not errors(app)
    assert not button(app, "Start").disabled


@pytest.mark.parametrize("page", PAGES)
def test_a_folder_of_texts_that_is_none_leaves_every_page_whole(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARLSTM_DATA", "/nowhere/caf\udce9")
    words = "CHARLSTM_DATA names '/nowhere/caf\ufffd', which is not a folder"
    assert (words in said(open_page(page))) == (page == "train")


@pytest.mark.parametrize("page", PAGES)
def test_names_from_the_system_that_are_not_utf8_can_be_shown_everywhere(page: str) -> None:
    made = made_run()

    def spoil(values: dict[str, object]) -> None:
        values["command"] = "python -m charlstm train --corpus /caf\udce9/corpus.txt"
        corpus = values["corpus"]
        assert isinstance(corpus, dict)
        corpus |= {"name": "caf\udce9", "note": "caf\udce9.txt was read as cp1252."}

    edit_json(made.path / "config.json", spoil)
    app = open_page(page, **({"source": "made"} if page == "source" else {"run": "made"}))
    for element in app.main:
        str(element.proto).encode()
