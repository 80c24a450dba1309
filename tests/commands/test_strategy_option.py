"""--strategy of sample, compare and next: what the functions give, and mistakes in one line."""

from __future__ import annotations

import pytest

from charlstm.__main__ import main
from charlstm.analysis.distribution import entropy_bits
from charlstm.runs.opening import open_model
from charlstm.sampling.strategies import Strategy
from tests.commands.answered import json_of, refusal_of
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
GIVEN = "top-k:6,min-p:0.2"
LIST: list[Strategy] = [("top-k", 6.0), ("min-p", 0.2)]


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_columns_of_compare_are_what_sample_writes_with_the_same_strategies(
    capsys: Capture, recipe: str
) -> None:
    made_run(recipe=recipe)
    words = ["--run", "made", "--prompt", "the cat ", "--length", "80", "--seed", "5"]
    words += ["--strategy", GIVEN]
    value = json_of(capsys, "compare", *words, "--temperatures", "0,0.5,1.5")
    assert set(value) == {"prompt", "columns", "forks", "folded", "dropped"}
    model = open_model("made")
    for column in value["columns"]:
        assert set(column) == {"temperature", "text"}
        temperature = column["temperature"]
        sample = json_of(capsys, "sample", *words, "--temperature", str(temperature))
        assert set(sample) == {"text", "prompt", "folded", "dropped", "characters_per_second"}
        assert column["text"] == sample["text"]
        assert sample["text"] == model.write(
            "the cat ", temperature=temperature, length=80, seed=5, strategies=LIST
        )
    alone = model.write("the cat ", temperature=1.5, length=80, seed=5)
    assert value["columns"][-1]["text"] != alone


def test_next_gives_what_is_left(capsys: Capture) -> None:
    made_run()
    words = ["next", "--run", "made", "--prompt", "the", "--temperature", "0.8"]
    value = json_of(capsys, *words, "--strategy", GIVEN)
    assert set(value) == {"symbols", "probabilities", "entropy_bits", "folded", "dropped"}
    left = open_model("made").next("the", 0.8, LIST)
    assert value["probabilities"] == left.tolist()
    assert value["entropy_bits"] == entropy_bits(left)
    assert main([*words, "--strategy", "top-k:2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(left) + 1
    assert [line.endswith("0.000000") for line in lines[:4]] == [False, False, True, True]


def test_an_empty_list_is_none(capsys: Capture) -> None:
    made_run()
    words = ["--run", "made", "--prompt", "the", "--length", "30"]
    text = json_of(capsys, "sample", *words)["text"]
    assert json_of(capsys, "sample", *words, "--strategy", "")["text"] == text


@pytest.mark.parametrize("given", ["magic", "top-k", "top-p:2", "greedy:1", "top-k:3\nx"])
@pytest.mark.parametrize("command", ["sample", "compare", "next"])
def test_a_list_that_cannot_be_is_refused_in_one_line(
    capsys: Capture, command: str, given: str
) -> None:
    made_run()
    refusal_of(capsys, [command, "--run", "made", "--prompt", "a", "--strategy", given])
