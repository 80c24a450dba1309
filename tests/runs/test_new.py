"""A new run on a text that is read in blocks: what it keeps, and what its command repeats."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from charlstm.commands.parser import parse
from charlstm.data import words as data_words
from charlstm.data.corpus import LongCorpus
from charlstm.data.named import gather
from charlstm.errors import CorpusError, RunError
from charlstm.runs.new import corpus_of, new_run, text_to_learn
from charlstm.runs.store import own_folder
from charlstm.settings import settings_for
from tests.made import prose, wordy

pytestmark = pytest.mark.usefixtures("no_shipped_runs")
SMALL = settings_for("tbptt", units=8)


def test_several_files_are_kept_joined_and_the_command_repeats_the_training(tmp_path: Path) -> None:
    for name, text in (("b", prose(900).upper()), ("a", prose(700, seed=1))):
        (tmp_path / f"{name}.txt").write_text(text)
    corpus = gather([str(tmp_path / "b.txt"), str(tmp_path / "a.txt")]).cased(lowercase=True)
    run = new_run(corpus, SMALL, "joined")
    config = run.config()
    joined = prose(900) + "\n\n" + prose(700, seed=1)
    assert (run.text(), config.length, config.training_length) == (joined, 1602, 1442)
    asked = parse(shlex.split(config.command)[3:])
    again = gather(asked.corpus).cased(lowercase=asked.lowercase is not False)
    assert again.sha256 == config.sha256


def test_a_training_reads_what_the_pages_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(prose(900))
    for words, name in (([str(tmp_path)], "mine"), (["python"], "named")):
        run = new_run(gather(words).cased(lowercase=True), SMALL, name)
        assert run.config().keeps_text is (name == "mine")
        learned, whole = text_to_learn(run), corpus_of(run)
        assert "".join(learned.pieces()) == whole.text
        assert (learned.ids == whole.ids).all()
        assert learned.vocabulary == whole.vocabulary == run.config().vocabulary


def test_a_text_that_is_another_now_is_not_learned() -> None:
    run = new_run(LongCorpus("mine", [lambda: [prose(900)]]), SMALL, "mine")
    run.write_text([prose(899).encode() + b"!"])
    with pytest.raises(RunError, match="no longer the one"):
        text_to_learn(run)


def test_a_text_that_changes_while_a_run_is_made_leaves_no_run() -> None:
    texts = iter([prose(900), prose(899) + "!"])
    with pytest.raises(CorpusError, match="changed while it was read"):
        new_run(LongCorpus("mine", [lambda: [next(texts)]]), SMALL, "mine")
    assert not own_folder("mine").path.exists()


def test_a_run_of_words_reads_its_text_twice_and_refuses_one_too_long_for_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, asked = wordy(6000), settings_for("tbptt", level="word", units=8)
    readings = iter([[text], [text]])  # its size is looked at, then it is taken into memory
    run = new_run(LongCorpus("mine", [lambda: next(readings)]), asked, "mine")
    assert run.text() == text
    monkeypatch.setattr(data_words, "MAX_BYTES_OF_WORDS", 5999)
    with pytest.raises(CorpusError, match="up to 0 MB"):
        new_run(LongCorpus("more", [lambda: [text]]), asked, "more")
