"""The command atlas: one line per temperature, the same as the function gives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import charlstm
from charlstm.__main__ import main
from charlstm.commands import measuring
from charlstm.engine.atlases import rows_of
from charlstm.exploring.atlas import TEMPERATURES
from charlstm.runs.store import home, own_folder
from charlstm.ui.address import DEFAULT_PROMPT
from tests.commands.answered import json_of, refusal_of
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
WORDS = ["--run", "made", "--prompt", "The cat§ ", "--length", "200", "--seed", "5"]


def _lines(capsys: Capture, *words: str) -> list[dict[str, object]]:
    assert main(["atlas", *words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_one_line_per_temperature_with_the_text_that_sample_writes(
    capsys: Capture, recipe: str
) -> None:
    made_run(recipe=recipe)
    lines = _lines(capsys, *WORDS)
    assert [line["temperature"] for line in lines] == list(TEMPERATURES)
    for line in lines[::8]:
        sample = json_of(capsys, "sample", *WORDS, "--temperature", str(line["temperature"]))
        assert line["text"] == sample["text"]
    table = charlstm.atlas("made", prompt="the cat ", length=200, seed=5)
    for line, row in zip(lines, rows_of(table), strict=True):
        assert line == {"source": "text", "prompt": "the cat ", **row}
    assert _lines(capsys, *WORDS) == lines


def test_a_shipped_run_takes_along_an_atlas_that_was_made_with_its_text(
    capsys: Capture, no_shipped_runs: Path
) -> None:
    shutil.copytree(made_run().path, no_shipped_runs / "made")
    shutil.rmtree(own_folder("made").path)
    lines = _lines(capsys, *WORDS, "--keep")
    (path,) = (no_shipped_runs / "made" / "atlas").glob("*.json.gz")
    shutil.rmtree(home())
    (no_shipped_runs / "made" / "corpus.txt").unlink()
    assert _lines(capsys, *WORDS) == lines
    assert lines[0]["source"] == "text"
    assert not home().exists() or not list(home().rglob("*.json"))
    words = ["atlas", *WORDS, "--keep", "--prompt", "the cat "]
    shutil.rmtree(path.parent)
    assert "is kept with its run if the text is" in refusal_of(capsys, words)
    assert not path.parent.exists()


def test_in_words_every_temperature_has_a_line(capsys: Capture) -> None:
    run = made_run()
    (run.path / "corpus.txt").unlink()
    assert main(["atlas", "--run", "made", "--length", "200"]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 41
    assert out.startswith("T = 0 ")
    assert "nan" not in out
    assert "not available" in err


@pytest.mark.parametrize(
    "words",
    [["--length", "199"], ["--length", "20001"], ["--seed", "-1"], ["--checkpoint", "3"], ["--x"]],
)
def test_what_cannot_be_is_refused_in_one_line(capsys: Capture, words: list[str]) -> None:
    made_run()
    refusal_of(capsys, ["atlas", "--run", "made", *words])


def test_the_lengths_that_it_takes_are_those_of_help_and_readme(capsys: Capture) -> None:
    made_run()
    line = refusal_of(capsys, ["atlas", "--run", "made", "--length", "5"])
    assert line == "charlstm: The length must lie between 200 and 20,000, not 5.\n"
    with pytest.raises(SystemExit):
        main(["atlas", "--help"])
    assert "200 to 20,000" in " ".join(capsys.readouterr().out.split())
    readme = (Path(charlstm.__file__).parent / "exploring/README.md").read_text(encoding="utf-8")
    assert "at each temperature | 200 to 10,000 (20,000 on the command line)" in readme


def test_the_usual_prompt_is_the_one_of_the_pages() -> None:
    assert measuring.DEFAULT_PROMPT == DEFAULT_PROMPT
