"""The Strategies page in a browser: choose stages, see what they cut, write, search a beam."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm import (
    LanguageModel,
    beam_search,
    open_model,
    probability_words,
    stage_summary,
    stage_table,
)
from charlstm.exploring.compare import compare_strategies
from charlstm.sampling.strategies import Strategy
from tests.browser.driving import (
    Drag,
    Server,
    columns,
    columns_written,
    dial,
    frames_sent,
    open_at,
    overflow,
    page_waits_until,
    query,
    settle,
    temperature,
    text_shown,
    wait_for_address,
    wait_for_silence,
)

PROMPT = "the meaning of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def stages(page: Page) -> Locator:
    """Return the view of the stages, drawn."""
    found = page.locator(".stages[data-ready]")
    found.wait_for()
    return found


def titles(page: Page) -> list[str]:
    return stages(page).locator(".heading .title").all_inner_texts()


def choose_kind(page: Page, stage: int, kind: str) -> None:
    """Choose a strategy with the keyboard alone."""
    box = page.get_by_role("combobox", name=f"Stage {stage}")
    box.focus()
    box.press("ArrowDown")
    page.keyboard.type(kind)
    page.keyboard.press("Enter")
    settle(page)


def test_two_stages_are_chosen_by_keyboard_and_what_they_cut_is_seen(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT, temperature=1.2))
    assert titles(page) == ["model, T = 1", "T = 1.2"]
    choose_kind(page, 1, "top-k")
    page_waits_until(page, lambda: query(page).get("strategy") == "top-k:10", "top-k is chosen")
    field = page.get_by_role("spinbutton", name="top-k of stage 1")
    field.fill("12")
    field.press("Enter")
    choose_kind(page, 2, "top-p")
    wanted = "top-k:12,top-p:0.9"
    page_waits_until(page, lambda: query(page).get("strategy") == wanted, "both are chosen")
    strategies: list[Strategy] = [("top-k", 12.0), ("top-p", 0.9)]
    logits = model.logits(PROMPT)
    summary = stage_summary(logits, 1.2, strategies)
    page_waits_until(page, lambda: titles(page) == summary["stage"].tolist(), "both are drawn")
    facts = stages(page).locator(".heading .facts").all_inner_texts()
    for position in (2, 3):
        assert probability_words(summary["cut_mass"][position]) in facts[position]
        assert f"leaves {summary['left'][position]}" in facts[position]
    symbols = len(model.vocabulary)
    assert stages(page).locator(".cell").count() == 4 * symbols
    assert stages(page).locator(".cell.cut").count() == int(summary["cut"].sum())
    assert stages(page).locator(".cell.left").count() == int(summary["left"].sum())

    # Of two bars on one axis, heights are as their probabilities; what was cut keeps its own.
    table = stage_table(model.vocabulary.symbols, logits, 1.2, strategies)
    first = table.iloc[0]
    bars = stages(page).get_by_role("option").first.locator(".stage-bar")
    heights = [
        bars.nth(position).evaluate("(e) => e.getBoundingClientRect().height")
        for position in (0, 1)
    ]
    assert heights[1] / heights[0] == pytest.approx(
        first["T = 1.2"] / first["model, T = 1"], rel=0.05
    )
    assert stages(page).locator(".cell.cut .stage-bar").first.is_visible()


def test_the_axis_of_the_stages_stays_still_while_the_dial_moves(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT))
    of_the_model = set()
    for at in (0, 0.5, 2):
        field = page.get_by_label("Exact value")
        field.fill(str(at))
        field.press("Enter")
        wanted = ["model, T = 1", f"T = {at}"]
        page_waits_until(page, lambda: titles(page) == wanted, "the stages follow")  # noqa: B023
        of_the_model.add(
            stages(page)
            .locator(".cell:nth-of-type(2) .stage-bar")
            .evaluate_all(
                "(bars) => JSON.stringify(bars.map((bar) => bar.getBoundingClientRect().height))"
            )
        )
        assert stages(page).locator(".top").inner_text() == probability_words(1)
    assert len(of_the_model) == 1


def test_symbols_are_walked_with_arrows_and_said_in_words(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT, strategy="top-k:2"))
    table = stage_table(model.vocabulary.symbols, model.logits(PROMPT), 0.5, [("top-k", 2.0)])
    options = stages(page).get_by_role("option")
    expect(options).to_have_count(len(model.vocabulary))
    options.first.focus()
    readout = stages(page).locator(".readout")
    for position in range(4):
        said = readout.inner_text()
        assert f"{probability_words(table['model, T = 1'][position])} in the model" in said
        assert ("cut by top-k 2" in said) == (position >= 2)
        assert options.nth(position).get_attribute("aria-label") == said
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(options.last).to_be_focused()
    options.nth(3).hover()
    assert f"{probability_words(table['model, T = 1'][3])} in the model" in readout.inner_text()


def test_the_order_of_stages_can_be_changed(page: Page, server: Server) -> None:
    open_at(page, server.address("strategies", strategy="top-k:3,typical:0.5"))
    earlier = page.get_by_role("button", name="Stage 2 earlier")
    earlier.focus()
    earlier.press("Enter")
    wait_for_address(page, strategy="typical:0.5,top-k:3")
    page_waits_until(page, lambda: titles(page)[2:] == ["typical 0.5", "top-k 3"], "it is drawn")
    page.reload()
    assert titles(page)[2:] == ["typical 0.5", "top-k 3"]


def test_the_dial_moves_the_first_stage(page: Page, server: Server) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT, temperature=0.5))
    dial(page).get_by_role("button", name="1.2").click()
    page_waits_until(page, lambda: titles(page)[1] == "T = 1.2", "the stage follows")
    wait_for_address(page, temperature="1.2")
    assert temperature(page) == 1.2
    assert not dial(page).locator(".bars").is_visible()


def test_texts_with_and_without_part_where_the_page_says(
    page: Page, server: Server, model: LanguageModel
) -> None:
    address = {"prompt": PROMPT, "temperature": 1.2, "strategy": "top-p:0.7", "length": 200}
    open_at(page, server.address("strategies", **address))
    expect(columns(page)).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    result = compare_strategies(model, PROMPT, [(), [("top-p", 0.7)]], temperature=1.2, length=200)
    page_waits_until(page, lambda: columns_written(page) == list(result.texts), "both are written")
    names = columns(page).locator(".column-name").all_inner_texts()
    assert names == ["T = 1.2", "T = 1.2, top-p 0.7"]
    (fork,) = result.forks
    for column in range(2):
        mark = columns(page).nth(column).locator(".differs")
        assert mark.get_attribute("data-index") == str(fork.position)
    expect(page.locator(".why-words")).to_contain_text(
        f"The random number {fork.uniform:.3f} picks character {fork.position + 1}"
    )
    assert page.locator(".fork-names span").all_inner_texts() == ["T = 1.2", "T = 1.2, cut"]
    assert page.locator(".neighbours").is_hidden()


def test_stages_and_texts_follow_the_dial_in_the_browser(
    page: Page, server: Server, model: LanguageModel
) -> None:
    acting: list[Strategy] = [("top-k", 12.0), ("top-p", 0.8)]
    sent = frames_sent(page)
    address = {"prompt": PROMPT, "strategy": "top-k:12,top-p:0.8", "length": 60, "speed": "all"}
    open_at(page, server.address("strategies", **address))
    columns(page).nth(1).wait_for()
    page.wait_for_timeout(1000)
    drag = Drag(page)
    before = wait_for_silence(page, sent)
    logits = model.logits(PROMPT)
    for aim in (0.1, 0.4, 0.9, 1.3, 1.8, 0.0):
        shown = drag.to(aim)
        summary = stage_summary(logits, shown, acting)
        assert titles(page) == summary["stage"].tolist()
        facts = stages(page).locator(".heading .facts").all_inner_texts()
        for position in (2, 3):
            mass = probability_words(summary["cut_mass"][position])
            assert (f", {mass}" in facts[position]) == bool(summary["cut"][position])
            assert f"leaves {summary['left'][position]}" in facts[position]
            bits = f"{summary['entropy_after'][position]:.2f} bits"
            assert facts[position].endswith(bits)
        both = compare_strategies(model, PROMPT, [(), acting], temperature=shown, length=60)
        page_waits_until(page, lambda: columns_written(page) == list(both.texts), "both follow")  # noqa: B023
    assert sent[before:] == []
    drag.release()
    wait_for_address(page, temperature="0.0")
    expect(page.get_by_test_id("stHtml").filter(has_text="greedy")).to_contain_text(
        "drawn at T = 0"
    )


def test_what_became_of_every_symbol_is_as_in_python(
    page: Page, server: Server, model: LanguageModel
) -> None:
    acting: list[Strategy] = [("min-p", 0.1), ("typical", 0.8), ("typical", 0.8)]
    address = {
        "prompt": PROMPT,
        "temperature": 1.4,
        "strategy": "min-p:0.1,typical:0.8,typical:0.8",
    }
    open_at(page, server.address("strategies", **address))
    table = stage_table(model.vocabulary.symbols, model.logits(PROMPT), 1.4, acting)
    names = [name for name in table.columns if name not in ("symbol", "cut_by")]
    expect(stages(page).get_by_role("option")).to_have_count(len(table))
    assert titles(page) == names
    said = stages(page).get_by_role("option").evaluate_all("(all) => all.map((e) => e.ariaLabel)")
    states = [
        stages(page).locator(f".stage-symbol > .cell:nth-of-type({2 + position})")
        for position in range(len(names))
    ]
    shown = [each.evaluate_all("(all) => all.map((e) => e.className)") for each in states]
    for row, (words, record) in enumerate(zip(said, table.to_dict("records"), strict=True)):
        assert f": {probability_words(record[names[0]])} in the model" in words
        assert (f"cut by {record['cut_by']}" in words) == bool(record["cut_by"])
        for position, name in enumerate(names):
            state = "left" if record[name] > 0 else "cut" if record["cut_by"] == name else "gone"
            assert shown[position][row] == f"cell {state}"
            if record[name] > 0 and position:
                assert f"{probability_words(record[name])} after {name}" in words


def test_without_a_stage_one_text_is_written_and_what_is_missing_is_said(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT, length=40, speed="all"))
    expect(page.get_by_text("No stage is chosen. Choose one to see")).to_be_visible()
    assert columns_written(page) == [model.write(PROMPT, temperature=0.5, length=40)]
    assert page.locator(".why").is_hidden()


def test_where_a_stage_cuts_nothing_that_is_drawn_the_texts_do_not_part(
    page: Page, server: Server
) -> None:
    open_at(page, server.address("strategies", strategy="top-k:57", length=40, speed="all"))
    one, other = columns_written(page)
    assert one == other
    expect(page.locator(".why-words")).to_have_text("They do not: the strategies changed no draw.")


def test_the_beams_are_shown_beside_greedy_and_drawn_texts(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("strategies", prompt=PROMPT, width=3, beam=40))
    table = page.locator("table")
    expect(table.locator("tbody")).to_have_count(3 + 1 + 1)
    beams = beam_search(model, PROMPT, width=3, length=40)
    texts = [str(path.locator("td").last.text_content()) for path in table.locator("tbody").all()]
    assert texts[:3] == [beam.text.replace("\n", "⏎") for beam in beams]


def test_a_strategy_in_the_address_of_the_temperature_page_is_used_and_can_be_taken_back(
    page: Page, server: Server, model: LanguageModel
) -> None:
    address = {"prompt": PROMPT, "temperature": 1.2, "length": 80, "speed": "all"}
    open_at(page, server.address(**address, strategy="top-k:2"))
    with_two = model.write(PROMPT, temperature=1.2, length=80, strategies=[("top-k", 2.0)])
    page_waits_until(page, lambda: text_shown(page) == with_two, "the strategy acts")
    page.get_by_role("button", name="Strategy: top-k 2").click()
    choose_kind(page, 1, "–")
    alone = model.write(PROMPT, temperature=1.2, length=80)
    page_waits_until(page, lambda: text_shown(page) == alone, "the strategy is gone")
    wait_for_address(page, strategy=None)


def test_on_a_phone_stages_stand_side_by_side(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_at(page, server.address("strategies", strategy="top-k:5,top-p:0.9"))
    expect(stages(page)).to_have_attribute("data-layout", "rows")
    lefts = [
        heading.bounding_box()["x"]  # type: ignore[index]
        for heading in stages(page).locator(".heading").all()
    ]
    assert lefts == sorted(set(lefts))
    assert overflow(page) == 0
