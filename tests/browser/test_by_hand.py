"""By hand with clicks and keys: one text, its cost, the alternatives at a position, the tree.

Each test is one visit; what is shown equals the public functions in Python.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm import (
    LanguageModel,
    follow,
    open_model,
    path_words,
    probability_words,
    reweight,
    surprise,
)
from charlstm.exploring.trails import Trail
from charlstm.ui.text import figure
from tests.browser.driving import (
    Drag,
    Server,
    dial,
    frames_sent,
    open_at,
    overflow,
    page_waits_until,
    probabilities,
    query,
    wait_for_address,
    wait_for_silence,
)

PROMPT = "the soul of "


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _open(page: Page, server: Server, **query: object) -> None:
    open_at(page, server.address("hand", **query))
    page.locator('.hand[aria-busy="false"]').wait_for()


def _characters(page: Page) -> Locator:
    return page.locator(".text.shown .character")


def _text(page: Page, which: str = "shown") -> str:
    return "".join(page.locator(f".text.{which} .character").all_text_contents())


def _marked(page: Page) -> list[int]:
    found = page.locator(".text.shown .character.marked")
    return [int(index) for index in found.evaluate_all("(all) => all.map((e) => e.dataset.index)")]


def _waits_for_text(page: Page, wanted: str, marked: list[int]) -> None:
    page_waits_until(
        page, lambda: (_text(page), _marked(page)) == (wanted, marked), f"it says {wanted!r}"
    )


def _bar(page: Page, symbol: str, model: LanguageModel) -> Locator:
    index = model.vocabulary.symbols.index(symbol)
    return dial(page).locator(f'.bar[data-index="{index}"]')


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _bill(page: Page) -> list[str]:
    return [" ".join(each.split()) for each in page.locator(".bill > div").all_inner_texts()]


def _expected_bill(trail: Trail, picked: int) -> list[str]:
    count, bits = len(trail.symbols), float(trail.bits.sum())
    path = path_words(trail.log2_probability).replace("\u00a0", " ")
    mean = f"{bits / count:.3f} bits" if count else "–"
    return [
        f"Characters {count} {picked} by hand",
        f"Surprise of the text {figure(bits)} bits" + (f" probability {path}" if count else ""),
        f"Expected surprise {figure(float(trail.expected_bits.sum()))} bits",
        f"Per character {mean}",
    ]


def _words_of(trail: Trail, position: int, by_hand: bool) -> str:
    label = {" ": "␣", "\n": "⏎"}.get(trail.symbols[position], trail.symbols[position])
    p, bits = probability_words(trail.probabilities[position]), trail.bits[position]
    cost = f"p = {p}, rank {trail.ranks[position]}, {bits:.2f} bits"
    expected = f"{trail.expected_bits[position]:.2f} were expected"
    return f"“{label}”{', chosen by hand' if by_hand else ''}: {cost}; {expected}"


def test_characters_are_picked_by_a_click_and_by_a_key_drawn_and_taken_back(
    page: Page, server: Server, model: LanguageModel
) -> None:
    _open(page, server, prompt=PROMPT, temperature=0.8, seed=3, written="")
    expect(page.locator(".cost")).to_contain_text("Nothing yet")

    def check(text: str, picked: list[int]) -> Trail:
        _waits_for_text(page, text, picked)
        positions = ",".join(map(str, picked))
        wait_for_address(page, written=text, picked=positions or None)
        picks = dict(enumerate(text))
        trail = follow(model, PROMPT, temperature=0.8, length=len(text), picks=picks)
        assert _bill(page) == _expected_bill(trail, len(picked))
        root = page.locator(".hand")
        for name, bits in (("bits", trail.bits), ("expected-bits", trail.expected_bits)):
            shown = float(root.get_attribute(f"data-{name}") or "nan")
            assert shown == pytest.approx(float(bits.sum()), rel=1e-9, abs=1e-9)
        return trail

    _bar(page, "m", model).click(force=True)
    check("m", [0])
    _bar(page, "a", model).focus()
    page.keyboard.press("q")
    trail = check("mq", [0, 1])
    assert trail.bits[1] > 5  # nobody expected that
    _press(page, "Let it draw 10")
    drawn = follow(model, PROMPT, temperature=0.8, length=12, seed=3, picks={0: "m", 1: "q"}).text
    trail = check(drawn, [0, 1])
    for position in (1, 7):
        _characters(page).nth(position).hover()
        assert page.locator(".cost").text_content() == _words_of(trail, position, position == 1)
    expected = reweight(model.logits(PROMPT + drawn), 0.8)
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9  # of what comes next
    _press(page, "Undo")
    check(drawn[:11], [0, 1])
    _characters(page).nth(4).click()
    _press(page, "Undo from here")
    check(drawn[:4], [0, 1])
    page.locator(".text.shown").focus()
    page.keyboard.press("Backspace")
    check(drawn[:3], [0, 1])
    page.keyboard.type("xy")
    check(drawn[:3] + "xy", [0, 1, 3, 4])
    _press(page, "Let it draw")
    needle = follow(
        model, PROMPT, temperature=0.8, length=6, seed=3, picks=dict(enumerate(drawn[:3] + "xy"))
    )
    check(needle.text, [0, 1, 3, 4])
    _press(page, "Start again")
    check("", [])
    for name in ("Undo", "Start again"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_every_press_counts_and_no_more_is_drawn_than_an_address_holds(
    page: Page, server: Server
) -> None:
    _open(page, server, prompt="the soul ", written="")
    for _ in range(6):
        _press(page, "Let it draw")
    assert len(_text(page)) == 6
    wait_for_address(page, written=_text(page))
    _open(page, server, written="ab" * 247)
    _press(page, "Let it draw 10")
    assert len(_text(page)) == 500
    for name in ("Let it draw", "Let it draw 10"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    dial(page).locator(".bar").first.click()
    assert len(_text(page)) == 500


def test_an_impossible_choice_costs_infinitely_many_bits(page: Page, server: Server) -> None:
    _open(page, server, prompt=PROMPT, temperature=0, written="q", picked=0)
    assert "Surprise of the text infinitely many bits probability 0 %" in _bill(page)


def test_branches_are_grown_and_walked_in_with_the_same_random_numbers(
    page: Page, server: Server, model: LanguageModel
) -> None:
    luck = {"temperature": 0.8, "length": 60, "seed": 2}
    _open(page, server, prompt=PROMPT, **luck)

    def trail(**picks: str) -> Trail:
        chosen = {int(position[1:]): symbol for position, symbol in picks.items()}
        return follow(model, PROMPT, temperature=0.8, length=60, seed=2, picks=chosen)

    trunk = trail()
    _waits_for_text(page, trunk.text, [])
    expect(page.locator(".tree")).to_be_hidden()
    _characters(page).nth(12).click()
    wait_for_address(page, position="12")
    expect(page.get_by_text("What else could character 13 be?")).to_be_visible()
    words = page.locator(".draw-words")
    expect(words).to_contain_text(f"p = {probability_words(trunk.probabilities[12])}, ")
    expect(words).to_contain_text("The random number 0.")
    expected = reweight(model.logits(PROMPT + trunk.text[:12]), 0.8)
    assert np.abs(np.array(probabilities(page)) - expected).max() < 1e-9
    assert trunk.symbols[12] != "q"
    _bar(page, "q", model).click(force=True)
    first = trail(p12="q")
    _waits_for_text(page, first.text, [12])
    expect(words).to_contain_text("“q” was chosen by hand")
    wait_for_address(page, branches=f"12-{ord('q')}")
    assert first.text[:12] == trunk.text[:12]
    assert first.text != trunk.text
    assert _text(page, "beside") == trunk.text  # side by side with what it left

    # From the branch another one, with keys alone.
    page.locator(".text.shown").focus()
    for _ in range(18):
        page.keyboard.press("ArrowRight")
    wait_for_address(page, position="30")
    other = next(symbol for symbol in "xz" if symbol != first.symbols[30])
    page.keyboard.press(other)
    second = trail(p12="q", p30=other)
    _waits_for_text(page, second.text, [12, 30])
    wait_for_address(page, position="31")  # one can type on
    assert _text(page, "beside") == first.text

    # Walk back and forth: every branch says how probable its whole path is.
    rows = page.locator(".tree .rows label")
    expect(rows).to_have_count(3)
    for row, each in zip(rows.all(), (trunk, first, second), strict=True):
        path = f"{path_words(each.log2_probability)}, {figure(-each.log2_probability)} bits"
        assert (row.locator("b").text_content() or "") == path
        bits = float(row.get_attribute("data-bits") or "nan")
        assert bits == pytest.approx(-each.log2_probability, rel=1e-9)
    rows.nth(2).get_by_role("radio").focus()
    page.keyboard.press("ArrowUp")
    _waits_for_text(page, first.text, [12])
    page.keyboard.press("ArrowUp")
    _waits_for_text(page, trunk.text, [])
    wait_for_address(page, branch="0")
    expect(page.locator(".text.beside")).to_be_hidden()
    page.get_by_role("combobox", name="Compare with").select_option("2")
    assert _text(page, "beside") == second.text
    wait_for_address(page, beside="2")
    fork = next(n for n, (a, b) in enumerate(zip(trunk.text, second.text, strict=True)) if a != b)
    for which in ("shown", "beside"):
        differs = page.locator(f".text.{which} .differs")
        assert differs.get_attribute("data-index") == str(fork)
    rows.filter(has_text="at 31").click()
    _waits_for_text(page, second.text, [12, 30])
    wait_for_address(page, branch=None)
    _press(page, "Remove all branches")
    _waits_for_text(page, trunk.text, [])
    wait_for_address(page, branches=None)


def test_the_dial_rewrites_what_was_drawn_or_only_what_it_costs(
    page: Page, server: Server, model: LanguageModel
) -> None:
    sent = frames_sent(page)
    _open(page, server, prompt=PROMPT, temperature=0.4, length=80, seed=5, branches="9-113")
    before = wait_for_silence(page, sent)
    drag, texts = Drag(page), set()
    for at in (0.2, 0.7, 1.1, 1.6):
        shown = drag.to(at)
        trail = follow(model, PROMPT, temperature=shown, length=80, seed=5, picks={9: "q"})
        _waits_for_text(page, trail.text, [9])
        assert _bill(page) == _expected_bill(trail, 1)
        texts.add(trail.text)
    assert len(texts) == 4
    assert sent[before:] == []  # no request while it is dragged
    drag.release()
    wait_for_address(page, temperature=str(shown))

    page.get_by_text("the text stays", exact=True).click()
    wait_for_address(page, written=trail.text, picked="9", branches=None, length=None)
    before = wait_for_silence(page, sent)
    drag = Drag(page)
    at = drag.to(0.5)
    kept = follow(
        model, PROMPT, temperature=at, length=80, seed=5, picks=dict(enumerate(trail.text))
    )
    page_waits_until(page, lambda: _bill(page) == _expected_bill(kept, 1), "the bill follows")
    assert _text(page) == trail.text
    assert sent[before:] == []
    drag.release()
    page.get_by_text("dial rewrites the text", exact=True).click()
    again = follow(model, PROMPT, temperature=at, length=80, seed=5, picks={9: "q"})
    _waits_for_text(page, again.text, [9])
    wait_for_address(page, written=None, branches="9-113", length="80")


def test_a_character_of_ones_own_text_is_replaced_and_the_rest_is_drawn(
    page: Page, server: Server, model: LanguageModel
) -> None:
    own = "the meaning of life is"
    _open(page, server, prompt="", temperature=0.6, text=own, position=8)
    _bar(page, "q", model).click(force=True)
    picks = dict(enumerate(own[:8] + "q"))
    branch = follow(model, "", temperature=0.6, length=len(own), picks=picks)
    _waits_for_text(page, branch.text, [8])
    assert _text(page, "beside") == own
    expect(page.locator(".tree .rows label").first).to_contain_text("your text")
    wait_for_address(page, text=own, branches="8-113")


def test_a_text_is_coloured_by_how_surprising_it_was(
    page: Page, server: Server, model: LanguageModel
) -> None:
    _open(page, server, prompt="", temperature=1)
    text = "the soul qxq is"
    result = surprise(model, text)
    table = result.table
    _press(page, "Type or paste")
    page.get_by_role("textbox", name="A text, written or pasted").fill(text)
    _waits_for_text(page, text, [])

    def fractions() -> list[float]:
        found = _characters(page).evaluate_all(
            "(all) => all.map((e) => Number(e.style.getPropertyValue('--fraction')))"
        )
        return [float(fraction) for fraction in found]

    symbols = len(model.vocabulary)
    wanted = {
        "bits": [min(bits / 10, 1) for bits in table["bits"]],
        "rank": [math.log(rank) / math.log(symbols) for rank in table["rank"]],
        "probability": [1 - p for p in table["probability"]],
    }
    seen = set()
    for colour, strengths in wanted.items():
        page.locator(".colours").get_by_text(colour, exact=True).click()
        assert fractions() == pytest.approx(strengths, abs=1e-9)
        colours = _characters(page).evaluate_all(
            "(all) => all.map((e) => getComputedStyle(e).backgroundColor)"
        )
        seen.add(tuple(colours))
        assert len(set(colours)) > 4
    assert len(seen) == 3
    wait_for_address(page, colour="probability", text=text)
    said = page.locator(".cost")
    trail = follow(model, "", temperature=1, length=len(text), picks=dict(enumerate(text)))
    assert trail.ranks.tolist() == table["rank"].tolist()
    for position in range(len(text)):
        _characters(page).nth(position).hover()
        assert said.text_content() == _words_of(trail, position, by_hand=False)
    page.mouse.move(0, 0)
    expect(said).to_contain_text("The stronger the colour, the less probable it was")
    page.locator(".text.shown").focus()
    page.keyboard.press("Home")
    for position in range(len(text)):
        assert said.text_content() == _words_of(trail, position, by_hand=False)
        page.keyboard.press("ArrowRight")
    assert _bill(page) == _expected_bill(trail, 0)
    assert f"Per character {result.bits_per_character:.3f} bits" in _bill(page)
    expect(page.locator(".text.shown .invented")).to_have_count(3)  # qxq


def test_a_long_text_is_named_and_is_there_again_when_one_comes_back(
    page: Page, server: Server
) -> None:
    _open(page, server, prompt="", temperature=1)
    text = "the soul of man is mortal. " * 40
    _press(page, "Type or paste")
    page.get_by_role("textbox", name="A text, written or pasted").fill(text)
    page_waits_until(page, lambda: _text(page) == text, "it is read")
    note = "A link to this page cannot hold a text of more than 500 characters."
    expect(page.get_by_text(note)).to_be_visible()
    assert "text" not in query(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Lesson").click()
    page.wait_for_url("**/lesson")
    page.get_by_test_id("stTopNavLink").filter(has_text="By hand").click()
    page_waits_until(page, lambda: _text(page) == text, "it is there again")


@pytest.mark.parametrize(
    ("old", "address", "picked"),
    [
        ("hand?written=no+beedq&picked=6,7", {"written": "no beedq", "picked": "6,7"}, [6, 7]),
        (
            "whatif?branches=12-101&length=40&place=12&seed=2",
            {"branches": "12-101", "length": "40", "position": "12", "seed": "2"},
            [12],
        ),
        (
            "surprise?text=The+sole+qxq&colour=rank",
            {"text": "The sole qxq", "colour": "rank", "prompt": "", "temperature": "1"},
            [],
        ),
    ],
)
def test_an_old_address_leads_to_its_view(
    page: Page, server: Server, old: str, address: dict[str, str], picked: list[int]
) -> None:
    open_at(page, server.address("lesson"))
    open_at(page, f"{server.url}/{old}")
    page.locator('.hand[aria-busy="false"]').wait_for()
    page_waits_until(page, lambda: query(page) == address, f"the address is {address}")
    assert page.url.startswith(f"{server.url}/hand?")
    assert _marked(page) == picked
    page.go_back()
    page_waits_until(page, lambda: page.url == server.address("lesson"), "it is the lesson again")


@pytest.mark.parametrize(
    ("address", "picked"),
    [
        ({"written": "no beedq is", "picked": "6,7"}, [6, 7]),
        ({"branches": "12-101", "length": "40"}, [12]),
    ],
)
def test_an_underline_marks_an_invented_word_and_nothing_else(
    page: Page, server: Server, address: dict[str, str], picked: list[int]
) -> None:
    _open(page, server, **address)
    page.locator(".text.shown .invented").first.wait_for()
    lines = _characters(page).evaluate_all(
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


def test_text_bars_and_bill_are_on_one_screen(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    for address in ({}, {"branches": "12-101", "position": "12"}, {"text": "the soul is " * 40}):
        _open(page, server, **address)
        for part in (".slider", ".text.shown", ".bars", ".bill", ".hand .buttons >> nth=0"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert 0 <= box["y"] < box["y"] + box["height"] <= 720, part
    page.set_viewport_size({"width": 390, "height": 844})
    page_waits_until(page, lambda: overflow(page) == 0, "all of it fits", 10)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_where_nothing_is_left_of_a_text_there_is_no_figure(page: Page, server: Server) -> None:
    open_at(page, server.address("hand", prompt="", text="漢字"))
    for name in ("spent", "expected", "mean"):
        expect(page.locator(f".hand .{name}")).to_have_text("–")
