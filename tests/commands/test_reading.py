"""Commands that read: their JSON, and every mistake in one line."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from charlstm.__main__ import main
from charlstm.analysis.distribution import entropy_bits
from charlstm.analysis.loss import bits_per_character, stream_loss, window_loss
from charlstm.errors import CharlstmError
from charlstm.runs.opening import open_model
from charlstm.ui.address import MAX_SEED
from tests.commands.answered import json_of, refusal_of
from tests.made import history_line, made_run, prose, wordy

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]


def test_sample_writes_what_the_model_writes(capsys: Capture) -> None:
    made_run()
    words = ["sample", "--run", "made", "--prompt", "The cat§ ", "--temperature", "0.8"]
    value = json_of(capsys, *words, "--length", "70", "--seed", "5")
    assert set(value) == {"text", "prompt", "folded", "dropped", "characters_per_second"}
    model = open_model("made")
    assert value["text"] == model.write("the cat ", temperature=0.8, length=70, seed=5)
    assert (value["prompt"], value["folded"], value["dropped"]) == ("the cat ", ["T"], ["§"])
    assert value["characters_per_second"] > 0


def test_sample_in_words_prints_prompt_and_text_and_says_what_was_changed(capsys: Capture) -> None:
    made_run()
    assert main(["sample", "--run", "made", "--prompt", "The cat§", "--length", "9"]) == 0
    out, err = capsys.readouterr()
    written = open_model("made").write("the cat", temperature=0.5, length=9, seed=0)
    assert out == f"the cat{written}\n"
    assert "capitals are read as lower case: T" in err
    assert "'§'" in err


@pytest.mark.parametrize(("length", "prompt"), [("0", "the"), ("3", ""), ("5", "A" * 300)])
def test_any_length_and_prompt_can_be_asked_for(capsys: Capture, length: str, prompt: str) -> None:
    made_run()
    value = json_of(capsys, "sample", "--run", "made", "--prompt", prompt, "--length", length)
    assert len(value["text"]) == int(length)


def test_sample_takes_a_checkpoint_by_its_step(capsys: Capture) -> None:
    made_run()
    words = ["sample", "--run", "made", "--prompt", "the", "--temperature", "0"]
    texts = [json_of(capsys, *words, "--checkpoint", step)["text"] for step in ("10", "20")]
    assert texts == [open_model("made", step).write("the", temperature=0) for step in (10, 20)]


@pytest.mark.parametrize("temperature", ["0", "0.5", "1e9"])
def test_next_gives_the_distribution_of_every_symbol(capsys: Capture, temperature: str) -> None:
    made_run()
    words = ["next", "--run", "made", "--prompt", "the caT", "--temperature", temperature]
    value = json_of(capsys, *words)
    assert set(value) == {"symbols", "probabilities", "entropy_bits", "folded", "dropped"}
    model = open_model("made")
    assert value["symbols"] == list(model.vocabulary.symbols)
    wanted = model.next("the cat", float(temperature))
    np.testing.assert_array_equal(value["probabilities"], wanted)
    assert value["entropy_bits"] == entropy_bits(wanted)
    assert value["folded"] == ["T"]


def test_next_in_words_lists_the_likeliest_first(capsys: Capture) -> None:
    made_run()
    assert main(["next", "--run", "made", "--prompt", "the"]) == 0
    *rows, last = capsys.readouterr().out.splitlines()
    shares = [float(row.split()[-1]) for row in rows]
    assert shares == sorted(shares, reverse=True)
    assert last.startswith("entropy ")


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_evaluate_on_a_foreign_text_measures_all_of_it(
    capsys: Capture, tmp_path: Path, recipe: str
) -> None:
    made_run("made", recipe)
    (tmp_path / "other.txt").write_text(prose(400, seed=3) + "§§")
    value = json_of(capsys, "evaluate", "--run", "made", "--corpus", str(tmp_path / "other.txt"))
    assert set(value) >= {"window", "stream", "part", "dropped"}
    assert (value["part"], value["dropped"]) == ("all", ["§"])
    assert value["window"]["predictions"] == len(range(0, 400 - 60, 3))
    assert value["stream"]["predictions"] == 399
    for name in ("window", "stream"):
        assert set(value[name]) == {"nats", "bits", "predictions"}
        assert value[name]["bits"] == pytest.approx(value[name]["nats"] / np.log(2))
    model = open_model("made", dtype=np.float32)
    text = prose(400, seed=3)
    ids = model.vocabulary.encode(text)
    assert value["window"]["nats"] == pytest.approx(window_loss(model.network, ids).nats, abs=1e-6)
    assert value["stream"]["nats"] == pytest.approx(stream_loss(model.network, ids).nats, abs=1e-6)
    bits = bits_per_character(model, text).bits_per_character
    assert value["bits_per_character"] == pytest.approx(bits, abs=1e-6)


def test_evaluate_says_how_much_of_a_text_its_figures_are_over(
    capsys: Capture, tmp_path: Path
) -> None:
    made_run()
    path = tmp_path / "other.txt"
    path.write_text((prose(100) + "مرحبا\x1b[31m\x07") * 12, encoding="utf-8")
    value = json_of(capsys, "evaluate", "--run", "made", "--corpus", str(path))
    assert (value["characters"], value["dropped_count"]) == (1212, 120)
    assert main(["evaluate", "--run", "made", "--corpus", str(path)]) == 0
    out, err = capsys.readouterr()
    assert (
        "bits per character over 1,212 of 1,332 characters; 120 are unknown to this model and not"
        " counted\n"
    ) in out
    assert "dropped: مرحبا\\x1b[31\\x07\n" in out  # the m is known
    assert not {"\x1b", "\x07"} & set(out + err)
    path.write_text(prose(400))
    assert main(["evaluate", "--run", "made", "--corpus", str(path)]) == 0
    assert "per character over all 400 characters\n" in capsys.readouterr().out


def test_a_prompt_in_another_form_of_unicode_keeps_its_accents(capsys: Capture) -> None:
    made_run(text=prose(1500) + "café " * 20)
    words = ["sample", "--run", "made", "--length", "5", "--prompt", "cafe\u0301 "]
    value = json_of(capsys, *words)
    assert (value["prompt"], value["reformed"], value["dropped"]) == ("café ", ["é"], [])
    assert main(words) == 0
    assert "read in the other form of Unicode: é\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["sample", "--prompt", "a", "--run", "\x1b]0;x\x07"],
        ["sample", "--prompt", "a", "--strategy", "\x1b[2J"],
        ["score", "--file", "no\x1b[31m\x9b.txt"],
        ["compare", "--prompt", "a", "--temperatures", "\x1b[31m"],
        ["ngram", "--corpus", "\x1b[31m\u202e"],
        ["export", "\x1b[31m", "x.zip"],
        ["runs", "\x1b[31m"],
        ["\x1b[31m"],
    ],
)
def test_a_terminal_gets_no_control_characters_from_what_a_refusal_quotes(
    capsys: Capture, words: list[str]
) -> None:
    line = refusal_of(capsys, words)
    assert re.search(r"\\x1b", line)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", line)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_written_text_is_escaped_on_a_terminal_alone(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    made_run(text=prose(1500) + "\x1b\x07" * 40)
    words = ["--run", "made", "--prompt", "the \x1b"]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    for command in (["sample"], ["compare", "--temperatures", "1"]):  # one column has no fork
        assert main([*command, *words, "--length", "100"]) == 0
        out = capsys.readouterr().out
        assert ("\x1b" in out, "\\x1b" in out) == (not is_terminal, is_terminal)


def test_evaluate_on_the_runs_own_text_measures_the_held_out_part_only(
    capsys: Capture, tmp_path: Path
) -> None:
    made_run()
    (tmp_path / "same.txt").write_text(prose(1500).upper())  # the run reads lower case
    value = json_of(capsys, "evaluate", "--run", "made", "--corpus", str(tmp_path / "same.txt"))
    assert value["part"] == "held out"
    assert value["stream"]["predictions"] == 149


def test_evaluate_measures_all_where_nothing_was_held_out(capsys: Capture, tmp_path: Path) -> None:
    made_run(held_out=0.0)
    (tmp_path / "same.txt").write_text(prose(1500))
    value = json_of(capsys, "evaluate", "--run", "made", "--corpus", str(tmp_path / "same.txt"))
    assert (value["part"], value["stream"]["predictions"]) == ("all", 1499)


@pytest.mark.training
def test_the_evaluated_window_loss_is_the_runs_best_held_out_loss(
    capsys: Capture, trained_run: Any
) -> None:
    value = json_of(capsys, "evaluate", "--run", trained_run.name, "--corpus", "python")
    assert value["part"] == "held out"
    best = trained_run.status().best_held_out_loss
    assert value["window"]["nats"] == pytest.approx(best, abs=1e-4)
    assert value["stream"]["nats"] < value["window"]["nats"] + 0.5


def test_runs_lists_every_run_one_object_per_line(capsys: Capture) -> None:
    made_run("one")
    made_run("two", "book")
    assert main(["runs", "--json"]) == 0
    rows = {row["run"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["two"] == {
        "run": "two",
        "status": "finished",
        "recipe": "book",
        "corpus": "made-text",
        "epochs": 2,
        "best_held_out_loss": 2.9,
    }
    assert set(rows) == {"one", "two"}


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", b"{"),
        ("status.json", b"\xff"),
        ("status.json", b'{"status": "running", "phase": "starting", "heartbeat": "now"}'),
        ("status.json", b'{"status": "finished", "best_held_out_loss": NaN}'),
        ("status.json", b'{"status": "finished", "best_held_out_loss": 1e999}'),
    ],
)
@pytest.mark.parametrize("json_lines", [True, False])
def test_runs_names_a_damaged_run_and_lists_the_others(
    capsys: Capture, file: str, content: bytes, json_lines: bool
) -> None:
    made_run("good")
    bad = made_run("bad")
    (bad.path / file).write_bytes(content)
    assert main(["runs"] + ["--json"] * json_lines) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == (1 if json_lines else 2)  # the table has a line of heads
    assert "good" in out.splitlines()[-1]
    assert len(err.splitlines()) == 1
    assert "bad" in err
    assert file in err


def test_runs_in_words_is_a_table_with_heads_and_units(capsys: Capture) -> None:
    made_run("one")
    made_run("words", text=wordy(6000), level="word")
    short = made_run("a-run-with-rather-a-long-name-for-a-table")
    short.write_status(replace(short.status(), epoch=0, best_held_out_loss=None))
    short.replace_last_history(history_line(20, epoch=0.44))
    assert main(["runs"]) == 0
    heads, *rows = capsys.readouterr().out.splitlines()
    ends = [match.start() for match in re.finditer(r"(?<=  )\S", heads)] + [None]
    cells = {
        row.split()[0]: [
            row[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)
        ]
        for row in rows
    }
    assert [heads[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)] == [
        "run",
        "status",
        "recipe",
        "level",
        "corpus",
        "epochs",
        "held-out window loss, nats",
    ]
    assert cells["one"][3:] == ["char", "made-text", "2", "2.900 per character"]
    assert cells["words"][3:] == ["word", "made-text", "2", "2.900 per token"]
    assert cells[short.name][3:] == ["char", "made-text", "0.4", "–"]


def test_without_runs_nothing_is_listed(capsys: Capture) -> None:
    assert main(["runs", "--json"]) == 0
    assert capsys.readouterr() == ("", "")


def test_corpora_says_which_need_no_network(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_text(prose(900))
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    assert main(["corpora", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["corpus"]: row["at_hand"] for row in rows} == {
        "nietzsche": False,
        "shakespeare": False,
        "python": True,
        "own": True,
    }


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["explode"],
        ["runs", "--colour"],
        ["runs", "two\nlines"],
        ["sample"],
        ["sample", "--run", "made"],
        ["sample", "--run", "nobody", "--prompt", "a"],
        ["sample", "--run", "../made", "--prompt", "a"],
        ["sample", "--run", "", "--prompt", "a"],
        ["sample", "--run", "made", "--prompt", "a", "--temperature", "-1"],
        ["sample", "--run", "made", "--prompt", "a", "--temperature", "nan"],
        ["sample", "--run", "made", "--prompt", "a", "--temperature", "inf"],
        ["next", "--run", "made", "--prompt", "a", "--temperature", "inf"],
        ["compare", "--run", "made", "--prompt", "a", "--temperatures", "0.5,inf"],
        ["compare", "--run", "made", "--prompt", "a", "--temperatures", "nan,1"],
        ["ngram", "--corpus", "python", "--prompt", "a", "--temperature", "inf"],
        ["sample", "--run", "made", "--prompt", "a", "--temperature", "warm"],
        ["sample", "--run", "made", "--prompt", "a", "--length", "-1"],
        ["sample", "--run", "made", "--prompt", "a", "--length", "1000001"],
        ["sample", "--run", "made", "--prompt", "a", "--seed", "-1"],
        ["sample", "--run", "made", "--prompt", "a", "--checkpoint", "15"],
        ["next", "--run", "made", "--prompt", "a", "--temperature", "-0.1", "--json"],
        ["next", "--run", "made"],
        ["evaluate", "--run", "made"],
        ["evaluate", "--run", "made", "--corpus", "nowhere.txt"],
        ["evaluate", "--run", "made", "--corpus", "nietzsche"],
        ["train"],
        ["train", "--corpus", "nowhere.txt"],
        ["train", "--corpus", "a" * 300],
        ["train", "--corpus", "python", "--recipe", "cake"],
        ["train", "--corpus", "python", "--units", "4"],
        ["train", "--corpus", "python", "--units", "1" + "0" * 400],
        ["train", "--corpus", "python", "--layers", "9"],
        ["train", "--corpus", "python", "--vocabulary", "200"],
        ["train", "--corpus", "python", "--epochs", "0"],
        ["train", "--corpus", "python", "--seconds", "nan"],
        ["train", "--corpus", "python", "--learning-rate", "-1"],
        ["train", "--corpus", "python", "--held-out", "0.9"],
        ["train", "--corpus", "python", "--run", "../made"],
        ["train", "--corpus", "python", "--run", "made"],
        ["resume"],
        ["resume", "nobody"],
        ["resume", "../made"],
        ["resume", "made"],
        ["resume", "made", "--epochs", "2"],
        ["resume", "made", "--epochs", "1001"],
        ["probe", "--units", "4"],
        ["probe", "--symbols", "1"],
        ["ship", "nobody"],
        ["ship", "made"],
    ],
    ids=lambda words: " ".join(words)[:60],
)
def test_a_mistake_is_one_line_on_standard_error_and_exit_code_2(
    capsys: Capture, words: list[str]
) -> None:
    made_run()
    refusal_of(capsys, words)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "empty"),
        (b" \n" * 900, "white space only"),
        (b"a" * 900, "one symbol"),
        (b"too short", "the minimum is"),
        (b"abc\0" * 900, "NUL"),
        (bytes(range(128, 256)) * 9 + b"\xff\xfe\xfd", "not text"),
    ],
    ids=["empty", "blank", "one symbol", "short", "NUL", "not text"],
)
def test_a_text_that_cannot_be_learned_is_refused_before_anything_starts(
    capsys: Capture, tmp_path: Path, content: bytes, wanted: str
) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    assert wanted in refusal_of(capsys, ["train", "--corpus", str(tmp_path / "bad.txt")])
    assert main(["runs"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("file", ["config.json", "checkpoints/step-000020.npz"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_run_is_one_line_that_names_it(capsys: Capture, file: str, damage: str) -> None:
    path = made_run().path / file
    if damage == "missing":
        path.unlink()
        path.with_suffix(".old").write_text("")
    else:
        path.write_bytes(path.read_bytes()[:50])
    words = ["sample", "--run", "made", "--checkpoint", "20", "--prompt", "a"]
    assert "made" in refusal_of(capsys, words)


def test_the_shipped_run_is_used_where_none_is_named(capsys: Capture) -> None:
    assert "nietzsche-tbptt" in refusal_of(capsys, ["next", "--prompt", "a"])


def test_a_sentence_of_several_lines_is_printed_as_one(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from charlstm.runs import store

    def refuse() -> None:
        raise CharlstmError("One line\nand another.")

    monkeypatch.setattr(store, "all_runs", refuse)
    assert refusal_of(capsys, ["runs"]) == "charlstm: One line and another.\n"


@pytest.mark.parametrize("command", ["", "train", "sample", "evaluate", "runs"])
def test_help_goes_to_standard_output(capsys: Capture, command: str) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command.split(), "--help"])
    assert end.value.code == 0
    assert f"usage: python -m charlstm {command}".strip() in capsys.readouterr().out


def test_a_usage_error_names_the_help_as_it_is_typed(capsys: Capture) -> None:
    assert refusal_of(capsys, ["sample"]).endswith("(see python -m charlstm sample --help)\n")


def test_a_name_that_no_run_has_says_how_to_list_them(capsys: Capture) -> None:
    line = refusal_of(capsys, ["sample", "--run", "nobody", "--prompt", "a"])
    assert line == (
        "charlstm: There is no run called 'nobody'. `python -m charlstm runs` lists them.\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["sample", "--run", "made", "--prompt", "a"],
        ["compare", "--run", "made", "--prompt", "a"],
        ["atlas", "--run", "made"],
        ["ngram", "--corpus", "python"],
        ["train", "--corpus", "python"],
    ],
    ids=lambda words: words[0],
)
def test_the_largest_seed_is_that_of_the_pages(capsys: Capture, words: list[str]) -> None:
    made_run()
    line = refusal_of(capsys, [*words, "--seed", str(MAX_SEED + 1)])
    assert "4,294,967,295" in line or "4294967295" in line


def test_the_largest_seed_of_a_page_is_taken(capsys: Capture) -> None:
    made_run()
    words = ["sample", "--run", "made", "--prompt", "the", "--temperature", "1"]
    written = open_model("made").write("the", temperature=1, length=400, seed=MAX_SEED)
    assert json_of(capsys, *words, "--seed", str(MAX_SEED))["text"] == written
