"""The Compare page: its columns, its forks, and what an address may ask of it."""

from __future__ import annotations

import pytest

from charlstm import open_model
from charlstm.exploring.compare import compare, fork_table
from charlstm.ui.controls.writing import read_temperatures
from tests.pages.opened import HOSTILE, errors, open_page, prose, run, said, sent


def test_the_columns_are_those_of_the_public_function() -> None:
    address = {"prompt": "the soul ", "temperatures": "0.3, 0.9, 1.5", "seed": "4", "length": "120"}
    app = open_page("compare", **address)
    result = compare(open_model(), "the soul ", [0.3, 0.9, 1.5], length=120, seed=4)
    columns = sent(app, "typewriter")["columns"]
    assert [column["text"] for column in columns] == list(result.texts)
    assert [column["heading"] for column in columns] == ["T = 0.3", "T = 0.9", "T = 1.5"]
    assert {column["prompt"] for column in columns} == {"the soul "}
    for number, column in enumerate(columns):
        own = {f.position for f in result.forks if number in (f.left, f.right)}
        assert [mark["position"] for mark in column["marks"]] == sorted(own)


def test_a_fork_is_explained_with_its_own_numbers() -> None:
    app = open_page("compare", prompt="the soul ", fork="1")
    model = open_model()
    result = compare(model, "the soul ", [0.2, 0.5, 1.0, 1.2])
    fork = result.forks[1]
    assert f"The random number {fork.uniform:.3f} picks" in prose(app)
    shown = app.dataframe[0].value
    expected = fork_table(model, result, fork)
    for name in ("temperature", "probability", "from", "to", "hit"):
        assert shown[name].tolist() == expected[name].tolist()


def test_another_draw_changes_the_seed_and_all_columns() -> None:
    app = open_page("compare")
    before = [column["text"] for column in sent(app, "typewriter")["columns"]]
    next(button for button in app.button if button.label == "Another draw").click()
    run(app)
    after = [column["text"] for column in sent(app, "typewriter")["columns"]]
    assert app.query_params["seed"] == "1"
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_columns_that_never_part_are_said_to_be_the_same() -> None:
    app = open_page("compare", temperatures="1, 1", length="50")
    assert "They do not" in prose(app)


@pytest.mark.parametrize(
    "given", ["", "0.5", "a, b", "0.1 0.2 0.3 0.4 0.5 0.6 0.7", "-1, 1", "nan, 1", "1, 3", HOSTILE]
)
def test_temperatures_that_cannot_be_become_a_note(given: str) -> None:
    app = open_page("compare", temperatures=given, length="20")
    assert not errors(app)
    assert "2 to 6 numbers" in said(app)
    assert len(sent(app, "typewriter")["columns"]) == 4


@pytest.mark.parametrize("fork", ["7", "-1", "x", "1.5"])
def test_a_fork_that_is_not_there_becomes_a_note(fork: str) -> None:
    app = open_page("compare", fork=fork)
    assert not errors(app)
    assert "fork" in said(app)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("0.2,0.5", (0.2, 0.5)),
        ("0 2", (0.0, 2.0)),
        (" 1;  1.5 , 2", (1.0, 1.5, 2.0)),
        ("1", None),
        ("0,2; 1,2", (0.2, 1.2)),
        ("0,2;1,2", (0.2, 1.2)),
        ("0,2 1,2 1", (0.2, 1.2, 1.0)),
        ("0, 1, 2", (0.0, 1.0, 2.0)),
        ("0.2, 0.5,1", (0.2, 0.5, 1.0)),
        (".2 ,.5", (0.2, 0.5)),
        ("0,2", None),
        ("1,2", None),
        ("0,2,1,2", None),
        ("0,2, 1,2", None),
        ("0, 2; 1, 2", None),
        ("0, 2; 1,2", None),
        ("0.2; 1,2", None),
        ("0.2 1,2", None),
        ("0,2,5; 1", None),
    ],
)
def test_temperatures_are_read_however_they_are_set_apart(
    given: str, values: tuple[float, ...] | None
) -> None:
    assert read_temperatures(given) == values


def test_where_a_comma_can_be_either_nothing_is_taken_for_something_else() -> None:
    app = open_page("compare", temperatures="0,2", length="20")
    assert "such as 0.2, 0.5 or 0,2; 0,5" in said(app)
    app = open_page("compare", temperatures="0,2; 1,2", length="20")
    headings = [column["heading"] for column in sent(app, "typewriter")["columns"]]
    assert headings == ["T = 0.2", "T = 1.2"]
    assert "such as 0.2, 0.5 or 0,2; 0,5" not in said(app)
