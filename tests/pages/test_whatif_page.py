"""The What if page: a tree of branches that its address holds, and the figures of each path."""

from __future__ import annotations

import pytest

from charlstm import open_model
from charlstm.exploring.trails import TRUNK, follow
from charlstm.ui.text import figure
from tests.pages.opened import HOSTILE, button, errors, open_page, press, run, said, sent

PROMPT = "the soul "


def test_at_first_it_shows_what_the_model_writes() -> None:
    app = open_page("whatif", prompt=PROMPT, temperature="0.8", seed="3", length="60")
    text = open_model().write(PROMPT, temperature=0.8, length=60, seed=3)
    assert "".join(sent(app, "highlight")["symbols"]) == text
    assert not app.radio
    assert button(app, "Remove all branches").disabled


def test_a_branch_replays_the_same_luck_and_has_the_probability_of_its_path() -> None:
    app = open_page("whatif", prompt=PROMPT, temperature="0.8", length="60", branches="12-113")
    model = open_model()
    trails = {
        branch: follow(model, PROMPT, temperature=0.8, length=60, picks=dict(branch))
        for branch in (TRUNK, ((12, "q"),))
    }
    assert "".join(sent(app, "highlight")["symbols"]) == trails[((12, "q"),)].text
    assert sent(app, "highlight")["marked"] == [12]
    for option, trail in zip(app.radio(key="branch").options, trails.values(), strict=True):
        assert figure(-trail.log2_probability) in option.replace("\\", "")
    app.radio(key="branch").set_value(TRUNK)
    run(app)
    assert "".join(sent(app, "highlight")["symbols"]) == trails[TRUNK].text


def test_all_branches_can_be_cut() -> None:
    app = open_page("whatif", length="40", branches="12-113;12-113.20-32")
    assert len(app.radio(key="branch").options) == 3
    press(app, "Remove all branches")
    assert not app.radio
    assert "branches" not in app.query_params


@pytest.mark.parametrize("given", ["x", "12-113.5-97", "1-99999999", "5-21322", HOSTILE])
def test_branches_that_cannot_be_become_a_note(given: str) -> None:
    app = open_page("whatif", length="20", branches=given)
    assert not errors(app)
    assert "these branches cannot be" in said(app)


def test_a_branch_beyond_the_end_of_the_text_changes_nothing() -> None:
    app = open_page("whatif", length="20", branches="500-113")
    assert not errors(app)
    assert len(sent(app, "highlight")["symbols"]) == 20
