"""What a command says about the texts that it is given: how they were read, what was lost."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.cells import scores
from charlstm.commands import fitting
from charlstm.data.corpus import LongCorpus
from charlstm.errors import CharlstmError
from charlstm.runs.config import FINISHED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import find
from charlstm.settings import settings_for
from tests.commands.answered import refusal_of
from tests.made import made_run, prose
from tests.scripts import ENCODED, TEXTS

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
GERMAN = "Ein schöner Satz über Käse, Öl und süße Grüße an alle Gäste.\n" * 40


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command train make its run and stop there."""

    def finish(run: RunFolder, **_: object) -> None:
        run.write_status(Status(status=FINISHED))

    monkeypatch.setattr(fitting, "train_runs", finish)


@pytest.fixture
def gruss(tmp_path: Path) -> Path:
    """Return a file in Windows-1252."""
    path = tmp_path / "gruß.txt"
    path.write_bytes(GERMAN.encode("cp1252"))
    return path


def _german_run(gruss: Path) -> RunFolder:
    """Return a run that learned that file, whose weights were drawn at random."""
    made = made_run(text=GERMAN.lower(), held_out=0.5)
    made.write_config(replace(made.config(), note=f"{gruss.name} was read as cp1252."))
    return made


COMMANDS = {
    "train": ["train", "--corpus", "FILE", "--run", "new", "--json"],
    "ngram": ["ngram", "--corpus", "FILE", "--json"],
    "evaluate": ["evaluate", "--run", "made", "--corpus", "FILE", "--json"],
    "score": ["score", "--run", "made", "--file", "FILE", "--json"],
    "atlas": ["atlas", "--run", "made", "--length", "200", "--json"],
}


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_how_the_text_that_it_reads_was_read(
    command: str, gruss: Path, capsys: Capture
) -> None:
    _german_run(gruss)
    words = [str(gruss) if word == "FILE" else word for word in COMMANDS[command]]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "gruß.txt was read as cp1252." in err.splitlines()
    for line in out.splitlines():
        json.loads(line)


@pytest.mark.parametrize("corpus", [True, False])
def test_the_scores_of_cells_say_so_too_before_they_are_computed(
    corpus: bool, gruss: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CharlstmError("Scores take too long for this test.")

    monkeypatch.setattr(scores, "cell_scores", refuse)
    _german_run(gruss)
    assert main(["cells", "--run", "made", *(["--corpus", str(gruss)] if corpus else [])]) == 2
    assert "gruß.txt was read as cp1252." in capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("no_training")
def test_a_run_remembers_how_its_text_was_read(gruss: Path) -> None:
    assert main(["train", "--corpus", str(gruss), "--run", "new"]) == 0
    assert find("new").config().note == "gruß.txt was read as cp1252."
    assert find("new").text() == GERMAN.lower()


@pytest.mark.parametrize("command", ["ngram", "score"])
def test_a_bad_byte_is_named_on_standard_error(
    command: str, tmp_path: Path, capsys: Capture
) -> None:
    made_run(text=GERMAN.lower())
    path = tmp_path / "a.txt"
    path.write_bytes(GERMAN.encode() + b"\x96\n")
    words = {"ngram": ["--corpus", str(path)], "score": ["--run", "made", "--file", str(path)]}
    assert main([command, *words[command]]) == 0
    position = len(GERMAN.encode()) + 1
    assert f"a.txt was read as UTF-8, except for byte {position:,} (0x96) in line 41, which" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(("language", "encoding"), [(each, "utf-8") for each in TEXTS] + ENCODED)
def test_a_text_of_any_script_and_encoding_is_the_same_text_on_the_command_line(
    language: str, encoding: str, tmp_path: Path, capsys: Capture
) -> None:
    text = TEXTS[language] * 20
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (tmp_path / "b.txt").write_bytes(text.encode("utf-16"))
    answers = []
    for name in ("a.txt", "b.txt"):
        assert main(["ngram", "--corpus", str(tmp_path / name), "--order", "2", "--json"]) == 0
        out, err = capsys.readouterr()
        assert ("was read as" in err) == (name == "b.txt" or encoding != "utf-8")
        answers.append(json.loads(out))
    assert answers[0] == answers[1]


CAPITALS = {
    "SMILES": "CC(=O)OC1=CC=CC=C1C(=O)O\nCN1C=NC2=C1C(=O)N(C(=O)N2C)C\n" * 40,
    "FASTA": ">seq\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVK\n" * 40,
}


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("text", CAPITALS)
def test_where_capitals_carry_meaning_the_option_that_keeps_them_is_named(
    text: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(CAPITALS[text])
    assert main(["train", "--corpus", str(path)]) == 0
    assert "--keep-case" in capsys.readouterr().err
    assert main(["train", "--corpus", str(path), "--keep-case"]) == 0
    assert "--keep-case" not in capsys.readouterr().err


@pytest.mark.usefixtures("no_training")
def test_of_ordinary_capitals_nothing_is_said(tmp_path: Path, capsys: Capture) -> None:
    words = prose(2000).split()
    lines = [" ".join(words[at : at + 6]).capitalize() for at in range(0, len(words), 6)]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    assert main(["train", "--corpus", str(tmp_path / "a.txt")]) == 0
    assert capsys.readouterr().err == ""


def test_the_fraction_of_capitals_is_of_the_letters_as_they_were() -> None:
    corpus = LongCorpus("a", [lambda: ["ABc ", "d12"]])
    assert corpus.capitals == 0
    assert corpus.cased(lowercase=True).capitals == 0.5
    assert corpus.whole().cased(lowercase=True).capitals == 0.5
    assert corpus.cased(lowercase=True).whole().capitals == 0.5


def test_too_many_symbols_are_refused_with_what_can_be_done(
    tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "a.txt").write_text("".join(map(chr, range(0x4E00, 0x4E00 + 4501))) * 2)
    refusal = refusal_of(capsys, ["train", "--corpus", str(tmp_path / "a.txt")])
    assert "4,501 different symbols" in refusal
    for advice in ("words", "shorter part", "replace"):
        assert advice in refusal


def test_what_that_refusal_advises_is_possible() -> None:
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 4501)))
    text = LongCorpus("a", [lambda: [prose(9000), signs, prose(1000)]])
    run = new_run(text, settings_for("tbptt", level="word", units=8))
    assert run.config().vocabulary.level == "word"


@pytest.mark.parametrize(
    "words", [["corpora"], ["ngram", "--corpus", "python"], ["train", "--corpus", "python"]]
)
def test_a_folder_of_texts_that_is_none_is_a_sentence(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        monkeypatch.setenv("CHARLSTM_DATA", str(path))
        refusal = refusal_of(capsys, words)
        assert f"CHARLSTM_DATA names {str(path)!r}, which is not a folder" in refusal


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["sample", "--prompt", "-hello"], "--prompt=-hello"),
        (["sample", "--prompt", "-hello", "--json"], "--prompt=-hello"),
        (["score", "--text", "--"], "--text=--"),
        (["score", "--file", "-a b.txt"[:2]], "--file=-a"),
        (["compare", "--prompt", "-x"], "--prompt=-x"),
        (["ngram", "--corpus", "-x.txt"], "--corpus=-x.txt"),
        (["sample", "--prompt", "the", "--strategy", "-x'"], "'--strategy=-x'\"'\"''"),
    ],
)
def test_a_value_that_begins_with_a_dash_is_told_how_to_be_given(
    words: list[str], advice: str, capsys: Capture
) -> None:
    assert f"write {advice} if" in refusal_of(capsys, words)


def test_it_is_taken_that_way(capsys: Capture) -> None:
    made_run(text=prose(1500) + "-")
    assert main(["sample", "--run", "made", "--prompt=-the", "--length", "9"]) == 0
    assert capsys.readouterr().out.startswith("-the")


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
@pytest.mark.usefixtures("no_training")
def test_a_name_that_is_not_utf8_is_read_and_can_be_shown(tmp_path: Path, capsys: Capture) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_bytes(GERMAN.encode("cp1252"))
    assert main(["train", "--corpus", os.fsdecode(path), "--run", "new"]) == 0
    config = find("new").config()
    assert config.corpus == "caf\ufffd"
    assert config.note == "caf\ufffd.txt was read as cp1252."
    json.dumps(config.as_dict(), ensure_ascii=False).encode()
    assert capsys.readouterr().err.strip() == config.note
    Path(os.fsdecode(path)).write_bytes(b"\0")
    assert "caf\ufffd.txt holds NUL" in refusal_of(capsys, ["ngram", "--corpus", os.fsdecode(path)])
