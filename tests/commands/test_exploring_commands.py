"""compare and score: their JSON equals what the functions give, and mistakes take one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.exploring.trails import surprise
from charlstm.runs.opening import open_model
from tests.commands.answered import json_of, refusal_of
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_every_column_is_the_text_that_sample_writes(capsys: Capture, recipe: str) -> None:
    made_run(recipe=recipe)
    words = ["--run", "made", "--prompt", "The cat§ ", "--length", "80", "--seed", "5"]
    value = json_of(capsys, "compare", *words, "--temperatures", "0,0.5,1.0,1.2")
    assert set(value) == {"prompt", "columns", "forks", "folded", "dropped"}
    assert [column["temperature"] for column in value["columns"]] == [0.0, 0.5, 1.0, 1.2]
    for column in value["columns"]:
        sample = json_of(capsys, "sample", *words, "--temperature", str(column["temperature"]))
        assert column["text"] == sample["text"]
    for fork in value["forks"]:
        left, right = (
            next(c["text"] for c in value["columns"] if c["temperature"] == fork[side])
            for side in ("left", "right")
        )
        position = fork["position"]
        assert left[:position] == right[:position]
        assert [left[position], right[position]] == fork["symbols"]
        assert 0 <= fork["uniform"] < 1


def test_score_gives_every_characters_bits(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    value = json_of(capsys, "score", "--run", "made", "--text", "The cat§ sat")
    result = surprise(open_model("made"), "the cat sat")
    assert "".join(value["symbols"]) == "the cat sat"
    assert value["bits"] == result.table["bits"].tolist()
    assert value["probabilities"] == result.table["probability"].tolist()
    assert value["ranks"] == result.table["rank"].tolist()
    assert value["total_bits"] == sum(value["bits"])
    assert value["bits_per_character"] == pytest.approx(value["total_bits"] / 11)
    assert (value["folded"], value["dropped"]) == (["T"], ["§"])
    path = tmp_path / "text.txt"
    path.write_text("The cat§ sat", encoding="utf-8")
    assert json_of(capsys, "score", "--run", "made", "--file", str(path)) == value


def test_score_says_how_much_of_a_text_its_figures_are_over(capsys: Capture) -> None:
    made_run()
    words = ["score", "--run", "made", "--text", "The 漢字 cat"]
    value = json_of(capsys, *words)
    assert (len(value["bits"]), value["dropped_count"]) == (8, 2)
    assert main(words) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "per character, over 8 of 10 characters; 2 are unknown to this model and" in last


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("漢字", "0 of 2 characters; 2 are unknown to this model and not counted"),
        ("\x1b", "0 of 1 character; 1 is unknown to this model and not counted"),
        ("", "0 characters"),
    ],
)
def test_where_nothing_is_left_of_a_text_there_is_no_figure(
    capsys: Capture, tmp_path: Path, text: str, counted: str
) -> None:
    made_run()
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    for given in (["--text", text], ["--file", str(path)]):
        words = ["score", "--run", "made", *given]
        value = json_of(capsys, *words)
        assert (value["total_bits"], value["bits_per_character"]) == (None, None)
        assert main(words) == 0
        out, err = capsys.readouterr()
        assert out == f"no figure: {counted}\n"
        assert "\x1b" not in out + err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
@pytest.mark.parametrize("words", [["score", "--file"], ["compress"], ["decompress"]])
def test_a_device_without_end_is_refused(capsys: Capture, tmp_path: Path, words: list[str]) -> None:
    target = [] if words[0] == "score" else [str(tmp_path / "target")]
    assert "'zero' is larger than the limit" in refusal_of(capsys, [*words, "/dev/zero", *target])


def test_in_words_the_forks_and_the_total_are_named(capsys: Capture) -> None:
    made_run()
    words = ["--run", "made", "--prompt", "the ", "--length", "60"]
    assert main(["compare", *words, "--temperatures", "0.2,2"]) == 0
    assert "differ after" in capsys.readouterr().out
    assert main(["score", "--run", "made", "--text", "the"]) == 0
    assert "bits in all" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "--prompt", "a", "--temperatures", "0.5,x"],
        ["compare", "--prompt", "a", "--temperatures", "-1"],
        ["compare", "--prompt", "a", "--temperatures", "0,2"],
        ["compare", "--prompt", "a", "--temperatures", "0.5; 1,2"],
        ["compare", "--prompt", "a", "--temperatures", ",".join(["1"] * 25)],
        ["compare", "--prompt", "a", "--length", "-1"],
        ["compare", "--prompt", "a", "--temperatures", ""],
        ["score", "--file", "no/such/file"],
        ["score"],
        ["score", "--text", "a", "--file", "b"],
    ],
)
def test_what_cannot_be_is_refused_in_one_line(capsys: Capture, words: list[str]) -> None:
    made_run()
    refusal_of(capsys, words + (["--run", "made"] if len(words) > 1 else []))


def test_one_temperature_is_a_comparison_of_one_column(capsys: Capture) -> None:
    made_run()
    words = ["--run", "made", "--prompt", "the ", "--length", "40"]
    value = json_of(capsys, "compare", *words, "--temperatures", "0.2")
    sample = json_of(capsys, "sample", *words, "--temperature", "0.2")
    assert value["columns"] == [{"temperature": 0.2, "text": sample["text"]}]
    assert value["forks"] == []


def test_a_file_that_cannot_be_scored_says_why(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    words = ["score", "--run", "made", "--file"]
    assert "No such file" in refusal_of(capsys, [*words, str(tmp_path / "none.txt")])
    assert "holds NUL" in refusal_of(capsys, [*words, "a\0"])
    (tmp_path / "nul.txt").write_bytes(b"a\0b")
    assert "NUL characters" in refusal_of(capsys, [*words, str(tmp_path / "nul.txt")])


def test_a_decimal_comma_is_one_where_something_else_sets_the_numbers_apart(
    capsys: Capture,
) -> None:
    made_run()
    words = ["--run", "made", "--prompt", "the ", "--length", "9"]
    value = json_of(capsys, "compare", *words, "--temperatures", "0,2; 1,2")
    assert [column["temperature"] for column in value["columns"]] == [0.2, 1.2]
