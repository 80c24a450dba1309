"""Temperature by hand, with clicks and keys; each test is one visit to a page.

Characters are picked, branches are grown and walked in, a text is coloured.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm import (
    LanguageModel,
    follow,
    open_model,
    path_words,
    probability_words,
    surprise,
)
from charlstm.exploring.trails import Trail
from charlstm.ui.components.highlight import FRACTIONS
from charlstm.ui.text import figure, surprise_words, trail_words
from tests.browser.driving import (
    Server,
    dial,
    open_at,
    page_waits_until,
    press,
    settle,
    wait_for_address,
)

PROMPT = "the soul of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _characters(page: Page) -> Locator:
    return page.locator(".highlight[data-token] .character")


def _text(page: Page) -> str:
    symbols = _characters(page).evaluate_all(
        "(all) => all.map((each) => each.lastChild.textContent)"
    )
    return "".join(symbols)


def _marked(page: Page) -> list[int]:
    found = page.locator(".highlight[data-token] .character.marked")
    return [int(index) for index in found.evaluate_all("(all) => all.map((e) => e.dataset.index)")]


def _waits_for_text(page: Page, wanted: str, marked: list[int]) -> None:
    page_waits_until(
        page, lambda: (_text(page), _marked(page)) == (wanted, marked), f"it says {wanted!r}"
    )


def _bar(page: Page, symbol: str, model: LanguageModel) -> Locator:
    index = model.vocabulary.symbols.index(symbol)
    return dial(page).locator(f'.bar[data-index="{index}"]')


def _bill(page: Page) -> list[str]:
    return [" ".join(each.split()) for each in page.get_by_test_id("stMetric").all_inner_texts()]


def _expected_bill(trail: Trail, picked: int) -> list[str]:
    count = len(trail.symbols)
    path = path_words(trail.log2_probability).replace("\u00a0", " ")
    probability = f" probability {path}" if count else ""
    return [
        f"Characters {count} {picked} by hand",
        f"Surprise of your text {figure(float(trail.bits.sum()))} bits{probability}",
        f"Expected surprise {figure(float(trail.expected_bits.sum()))} bits",
    ]


def test_characters_are_picked_by_a_click_and_by_a_key_drawn_and_taken_back(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("hand", prompt=PROMPT, temperature=0.8, seed=3))

    def check(text: str, picked: list[int]) -> Trail:
        _waits_for_text(page, text, picked)
        positions = ",".join(map(str, picked))
        wait_for_address(page, written=text or None, picked=positions or None)
        picks = dict(enumerate(text))
        trail = follow(model, PROMPT, temperature=0.8, length=len(text), picks=picks)
        page_waits_until(
            page, lambda: _bill(page) == _expected_bill(trail, len(picked)), "the bill follows"
        )
        return trail

    _bar(page, "m", model).click(force=True)
    check("m", [0])
    _bar(page, "a", model).focus()
    page.keyboard.press("q")
    trail = check("mq", [0, 1])
    assert trail.bits[1] > 5  # nobody expected that
    press(page, "Let it draw 10")
    drawn = follow(model, PROMPT, temperature=0.8, length=12, seed=3, picks={0: "m", 1: "q"}).text
    trail = check(drawn, [0, 1])
    readout = page.locator(".highlight .readout")
    for position in (1, 7):
        _characters(page).nth(position).hover()
        assert readout.text_content() == trail_words(trail, [0, 1])[position]
    press(page, "Undo")
    check(drawn[:11], [0, 1])
    _characters(page).nth(4).click()
    check(drawn[:4], [0, 1])
    first = _characters(page).first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    check("m", [0])
    press(page, "Start again")
    check("", [])
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_branches_are_grown_and_walked_in_with_the_same_luck(
    page: Page, server: Server, model: LanguageModel
) -> None:
    luck = {"temperature": 0.8, "length": 60, "seed": 2}
    open_at(page, server.address("whatif", prompt=PROMPT, **luck))

    def trail(**picks: str) -> Trail:
        chosen = {int(position[1:]): symbol for position, symbol in picks.items()}
        return follow(model, PROMPT, temperature=0.8, length=60, seed=2, picks=chosen)

    trunk = trail()
    _waits_for_text(page, trunk.text, [])
    _characters(page).nth(12).click()
    wait_for_address(page, position="12")
    expect(page.get_by_text("What else could stand at character 13?")).to_be_visible()
    here = probability_words(trunk.probabilities[12])
    expect(page.get_by_test_id("stMain")).to_contain_text(f"with p = {here}.")
    assert trunk.symbols[12] != "q"
    _bar(page, "q", model).click(force=True)
    first = trail(p12="q")
    _waits_for_text(page, first.text, [12])
    wait_for_address(page, branches=f"12-{ord('q')}")
    assert first.text[:12] == trunk.text[:12]
    assert first.text != trunk.text

    # From the branch another one, with keys alone.
    _characters(page).first.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_address(page, position="30")
    expect(page.get_by_text("What else could stand at character 31?")).to_be_visible()
    settle(page)
    other = next(symbol for symbol in "xz" if symbol != first.symbols[30])
    dial(page).get_by_role("option").first.focus()
    page.keyboard.press(other)
    second = trail(p12="q", p30=other)
    _waits_for_text(page, second.text, [12, 30])

    # Walk back and forth: every branch says how probable its whole path is.
    options = page.get_by_test_id("stRadio").locator("label")
    expect(options).to_have_count(3 + 1)  # and the one that names them all
    radios = page.get_by_test_id("stRadio").get_by_role("radio")
    said = page.get_by_test_id("stRadio").inner_text().replace("\u2060", "")
    for each in (trunk, first, second):
        assert f"{path_words(each.log2_probability)}, {figure(-each.log2_probability)} bits" in said
    radios.nth(2).focus()
    page.keyboard.press("ArrowUp")
    _waits_for_text(page, first.text, [12])
    page.keyboard.press("ArrowUp")
    _waits_for_text(page, trunk.text, [])
    wait_for_address(page, branch="0")
    options.filter(has_text="at 31").click()
    _waits_for_text(page, second.text, [12, 30])
    wait_for_address(page, branch=None)
    press(page, "Remove all branches")
    _waits_for_text(page, trunk.text, [])
    wait_for_address(page, branches=None)


def test_a_text_is_coloured_by_how_surprising_it_was(
    page: Page, server: Server, model: LanguageModel
) -> None:
    open_at(page, server.address("surprise"))
    text = "the soul qxq is"
    result = surprise(model, text)
    area = page.get_by_role("textbox", name="A text, written or pasted")
    area.fill(text)
    area.press("Control+Enter")
    _waits_for_text(page, text, [])

    def fractions() -> list[float]:
        found = _characters(page).evaluate_all(
            "(all) => all.map((e) => Number(e.style.getPropertyValue('--fraction')))"
        )
        return [float(share) for share in found]

    seen = set()
    for colour in ("bits", "rank", "probability"):
        page.get_by_role("radio", name=colour, exact=True).click()
        wanted = [round(s, 4) for s in FRACTIONS[colour](result.table, len(model.vocabulary))]
        page_waits_until(page, lambda w=wanted: fractions() == w, f"the colour is the {colour}")  # type: ignore[misc]
        colours = _characters(page).evaluate_all(
            "(all) => all.map((e) => getComputedStyle(e).backgroundColor)"
        )
        seen.add(tuple(colours))
        assert len(set(colours)) > 4
    assert len(seen) == 3
    readout = page.locator(".highlight .readout")
    for position, words in enumerate(surprise_words(result.table)):
        _characters(page).nth(position).hover()
        assert readout.text_content() == words
    page.mouse.move(0, 0)
    expect(readout).to_contain_text("The stronger the colour, the less probable it was")
    _characters(page).first.focus()
    for words in surprise_words(result.table):
        assert readout.text_content() == words
        page.keyboard.press("ArrowRight")
    bill = [" ".join(each.split()) for each in page.get_by_test_id("stMetric").all_inner_texts()]
    assert bill == [
        f"Characters {len(text)}",
        f"Total {figure(result.total_bits)} bits",
        f"Per character {result.bits_per_character:.3f} bits",
    ]
    expect(page.locator(".highlight .invented")).to_have_count(3)  # qxq


@pytest.mark.parametrize(
    ("path", "picked"),
    [
        ("hand?written=no+beedq&picked=6,7", [6, 7]),
        ("whatif?branches=12-101&length=40", [12]),
    ],
)
def test_an_underline_marks_an_invented_word_and_nothing_else(
    page: Page, server: Server, path: str, picked: list[int]
) -> None:
    open_at(page, f"{server.url}/{path}")
    page.locator(".highlight[data-token]").wait_for()
    lines = page.locator(".character").evaluate_all(
        """(characters) => characters.map((letter) => {
          const style = getComputedStyle(letter);
          const shadow = style.boxShadow.split(/,(?![^(]*\\))/).filter((one) => /inset/.test(one));
          return {
            underlined: style.textDecorationLine === "underline",
            below: shadow.some((one) => !/ 0px 0px 0px \\d/.test(one)),
            framed: shadow.some((one) => / 0px 0px 0px 2px/.test(one)),
            invented: letter.classList.contains("invented"),
          };
        })"""
    )
    assert all(each["underlined"] == each["invented"] for each in lines)
    assert not any(each["below"] for each in lines)
    assert [position for position, each in enumerate(lines) if each["framed"]] == picked
