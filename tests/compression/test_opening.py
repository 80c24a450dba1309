"""Packers of runs: the one that is open, the one that a file names."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.compression.baselines import texts_of
from charlstm.compression.packer import open_packer, packer_for, read_packed
from charlstm.data.corpus import Corpus
from charlstm.data.named import load_named
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import find
from charlstm.settings import settings_for
from tests.made import made_run


def test_the_shipped_run_packs_english_well() -> None:
    text = (
        "There are no moral phenomena at all, but only a moral interpretation of phenomena.\n"
        "A man who wills commands something within himself which renders obedience.\n"
    ) * 2
    packer = open_packer()
    packing = packer.pack(text)
    assert packing.bits.mean() < 3
    assert packer.unpack(packing.data) == text
    assert packer_for(read_packed(packing.data)).unpack(packing.data) == text


@pytest.mark.usefixtures("no_shipped_runs")
@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_the_file_names_its_checkpoint(recipe: str) -> None:
    made_run(recipe=recipe, layers=2)
    packer = open_packer("made", 10)
    assert packer.window == (60 if recipe == "book" else None)
    data = packer.pack("The cat sat on a mat.").data
    assert packer_for(read_packed(data)).step == 10
    with pytest.raises(CharlstmError, match="another model"):
        open_packer("made", 20).unpack(data)


@pytest.mark.usefixtures("no_shipped_runs")
def test_a_run_under_another_name_will_do_and_one_that_is_not_here_is_named(own_home: Path) -> None:
    made_run()
    packed = read_packed(open_packer("made", 10).pack("the cat").data)
    (own_home / "runs" / "made").rename(own_home / "runs" / "renamed")
    with pytest.raises(RunError, match="the run 'made' at step 10, and that model is needed"):
        packer_for(packed)
    assert packer_for(packed, "renamed").unpack(packed) == "the cat"


def test_a_runs_text_is_cut_as_it_was_for_training() -> None:
    corpus = load_named("python").lowered()
    run = new_run(corpus, settings_for("tbptt", units=8), "reference")
    trained, held_out = texts_of(run) or ("", "")
    assert trained + held_out == corpus.text
    assert len(trained) == run.config().training_length
    own = new_run(Corpus("mine", corpus.text[:5000]), settings_for("tbptt", units=8), "mine")
    assert "".join(texts_of(own) or ()) == corpus.text[:5000]


def test_a_text_that_is_not_at_hand_is_not_fetched() -> None:
    assert texts_of(find("nietzsche-tbptt")) is None


def test_a_run_that_learned_another_text_is_refused(own_home: Path) -> None:
    new_run(Corpus("mine", "the cat sat. " * 200), settings_for("tbptt", units=8), "mine")
    (own_home / "runs" / "mine" / "corpus.txt").write_text("another text. " * 200)
    with pytest.raises(RunError, match="no longer the one"):
        texts_of(RunFolder(own_home / "runs" / "mine"))
