"""A model as one HTML file, opened from a disk by a browser without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from charlstm import compare, follow, open_model, surprise
from charlstm.__main__ import main
from charlstm.browser.handout import DEFAULT_PROMPT, handout
from charlstm.data.words import WORD
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.parameters import Choice, Number, Whole
from charlstm.ui.text import figure
from tests.browser.driving import (
    Drag,
    Server,
    columns_written,
    console_errors,
    dial,
    page_waits_until,
    probabilities,
    temperature,
    text_shown,
    whole_text,
)
from tests.made import made_run, prose, wordy

PROMPT = "the soul "
AT_ONCE = {"speed": "all"}


class Opened:
    """A handout in a browser that has no network; what it asks for is counted."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        context.set_offline(True)
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints = console_errors(self.page)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self._file = file.as_uri()

    def at(self, **words: object) -> Page:
        """Open the file again, with these words in its address."""
        self.page.goto("about:blank")
        self.requests.clear()
        self.page.goto(f"{self._file}#{urlencode(words)}" if words else self._file)
        expect(self.page.locator("main > *")).to_have_count(1)
        return self.page

    def words(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).fragment))

    def wait_for(self, **wanted: str | None) -> None:
        page_waits_until(
            self.page,
            lambda: {name: self.words().get(name) for name in wanted} == wanted,
            f"the address has {wanted}",
        )


@pytest.fixture
def opened(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> Iterator[Callable[..., Opened]]:
    """Write a handout and open it; at the end nothing may have complained or been asked for."""
    handouts: list[Opened] = []

    def open_one(
        run: str | RunFolder = DEFAULT_RUN, is_mobile: bool = False, **options: Any
    ) -> Opened:
        file = tmp_path / f"handout-{len(handouts)}.html"
        run = find(run) if isinstance(run, str) else run
        file.write_text(handout(run, **options), encoding="utf-8")
        handouts.append(Opened(new_context(is_mobile=is_mobile, has_touch=is_mobile), file))
        return handouts[-1]

    yield open_one
    for each in handouts:
        assert each.complaints == []
        assert len(set(each.requests)) <= 1


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def sampled(capsys: pytest.CaptureFixture[str], run: str, **options: object) -> str:
    """Return what ``charlstm sample`` prints."""
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    capsys.readouterr()
    assert main(["sample", "--run", run, *words]) == 0
    return capsys.readouterr().out.removesuffix("\n")


@pytest.mark.parametrize("kind", ["default", "book", "words"])
def test_it_writes_what_charlstm_sample_writes(
    opened: Callable[..., Opened], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    prompt, length = "the world ", 120
    if kind == "default":
        run = find(DEFAULT_RUN)
    elif kind == "book":
        run, length = made_run("book", "book", units=16), 40
    else:
        run = made_run("words", text=wordy(3000), level=WORD, units=16)
        prompt = wordy(60, seed=3)
    here = opened(run, prompt=prompt)
    for dial_at, seed in ((0, 0), (0.5, 0), (0.83, 7), (1.5, 2**32 - 1)):
        asked = {"temperature": dial_at, "seed": seed, "length": length}
        page = here.at(**asked, **AT_ONCE)
        expected = sampled(capsys, run.name, prompt=prompt, **asked)
        start = page.locator(".writer .prompt").inner_text()
        assert start.strip() and expected.startswith(start.rstrip())
        assert page.locator(".writer .text").evaluate("(each) => each.textContent") == expected


def test_a_model_of_words_can_leave_out_unknown_words(opened: Callable[..., Opened]) -> None:
    run = made_run("words", text=wordy(3000), level=WORD, units=16)
    page = opened(run, known=True, prompt="the ").at(temperature=1.5, length=200, **AT_ONCE)
    model = open_model(run).without_unknown()
    expected = model.write(model.read("the ").text, temperature=1.5, length=200)
    page_waits_until(page, lambda: text_shown(page) == expected, "the text has known words alone")
    assert "<unk>" not in expected


def test_it_opens_with_the_prompt_and_the_temperature_that_it_was_made_with(
    opened: Callable[..., Opened], capsys: pytest.CaptureFixture[str]
) -> None:
    here = opened(prompt="What is", temperature=1.2, title="A small <i>mind</i>")
    page = here.at()
    expect(page.get_by_role("heading", level=1)).to_have_text("A small <i>mind</i>")
    expect(page).to_have_title("A small <i>mind</i>")
    assert temperature(page) == 1.2
    expect(page.locator("#reading")).to_have_text("Capitals are read as lower case.")
    page.get_by_role("button", name="Show all").click()
    expected = sampled(capsys, DEFAULT_RUN, prompt="What is", temperature=1.2)
    assert "what is" + whole_text(page) == expected
    assert here.words() == {}


def test_nothing_can_be_asked_for(opened: Callable[..., Opened]) -> None:
    here = opened()
    page = here.at(**AT_ONCE)
    dial(page)
    refused = page.evaluate(
        """async (file) => {
            const refused = [];
            const note = ({ effectiveDirective }) => refused.push(effectiveDirective);
            document.addEventListener("securitypolicyviolation", note);
            await fetch("https://example.org/").catch(() => {});
            await fetch(file).catch(() => {});
            new Image().src = "https://example.org/a.png";
            const frame = document.createElement("iframe");
            frame.src = "https://example.org/";
            document.body.append(frame);
            const script = document.createElement("script");
            script.textContent = "window.isRun = true";
            document.body.append(script);
            await new Promise((resolve) => setTimeout(resolve, 300));
            frame.remove();
            return [window.isRun === undefined, refused];
        }""",
        page.url,
    )
    assert refused[0]
    kinds = {"connect-src", "img-src", "frame-src", "script-src-elem"}
    assert kinds <= set(refused[1])
    here.complaints.clear()
    here.requests.clear()  # all of them were refused


def test_the_text_follows_the_dial_and_the_address_holds_it(
    opened: Callable[..., Opened], model: LanguageModel
) -> None:
    here = opened()
    page = here.at(seed=3, length=150, **AT_ONCE)
    drag = Drag(page)
    for wanted in (0.2, 0.7, 1.1, 1.6):
        reached = drag.to(wanted)
        expected = model.write(DEFAULT_PROMPT, temperature=reached, length=150, seed=3)
        assert text_shown(page) == expected
    drag.release()
    here.wait_for(temperature=f"{reached:g}", seed="3")
    page.get_by_role("button", name="New seed").click()
    here.wait_for(seed="4")
    bars = probabilities(page)
    page.goto(page.url)
    page.reload()
    assert temperature(page) == reached
    expected = model.write(DEFAULT_PROMPT, temperature=reached, length=150, seed=4)
    page_waits_until(page, lambda: text_shown(page) == expected, "the text is there again")
    assert probabilities(page) == bars
    page.go_back()
    page.go_back()
    here.wait_for(seed="3")
    expected = model.write(DEFAULT_PROMPT, temperature=temperature(page), length=150, seed=3)
    page_waits_until(page, lambda: text_shown(page) == expected, "the text before is there")


def test_another_prompt_is_read_and_written_from(
    opened: Callable[..., Opened], model: LanguageModel
) -> None:
    here = opened()
    page = here.at(length=100, **AT_ONCE)
    page.get_by_label("Prompt").fill(PROMPT + "ξ")
    expect(page.locator("#reading")).to_contain_text("never seen them: ξ")
    here.wait_for(prompt=PROMPT + "ξ")
    expected = model.write(PROMPT, temperature=0.5, length=100)
    page_waits_until(page, lambda: text_shown(page) == expected, "the text goes on from it")


def test_temperatures_are_compared(opened: Callable[..., Opened], model: LanguageModel) -> None:
    here = opened()
    page = here.at(prompt=PROMPT, seed=1, temperature=0.8, length=77, **AT_ONCE)
    page.get_by_role("link", name="Compare").click()
    here.wait_for(view="compare", prompt=PROMPT, seed="1", speed="all", length=None)
    field = page.get_by_label("2 to 6 temperatures")
    field.fill("0.2 0.8 1.4")
    field.press("Enter")
    here.wait_for(temperatures="0.2 0.8 1.4")
    texts = compare(model, PROMPT, [0.2, 0.8, 1.4], seed=1).texts
    page_waits_until(page, lambda: columns_written(page) == list(texts), "the columns are written")
    field.fill("a, b")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter 2 to 6 temperatures")


def test_a_text_is_written_by_hand_with_its_bill(
    opened: Callable[..., Opened], model: LanguageModel
) -> None:
    here = opened(prompt=PROMPT, temperature=0.8)
    page = here.at(seed=3)
    page.get_by_role("link", name="By hand").click()
    here.wait_for(view="hand", seed="3", temperature=None)
    page.get_by_role("button", name="Start again").click()
    page.locator(".text.shown").focus()
    page.keyboard.type("mq")
    page.get_by_role("button", name="Let it draw 10").click()
    picks = {0: "m", 1: "q"}
    trail = follow(model, PROMPT, temperature=0.8, length=12, seed=3, picks=picks)
    here.wait_for(written=trail.text, picked="0,1")
    assert by_hand(page) == trail.text
    assert bits(page) == pytest.approx(float(trail.bits.sum()), rel=1e-9)
    expect(page.locator(".bill")).to_contain_text(f"{figure(float(trail.bits.sum()))} bits")


def test_a_typed_text_shows_where_it_surprises(
    opened: Callable[..., Opened], model: LanguageModel
) -> None:
    here = opened()
    page = here.at(view="hand", prompt="", temperature=1)
    text = "the soul qxq is"
    page.get_by_role("button", name="Type or paste").click()
    page.get_by_label("A text, written or pasted").fill(text)
    here.wait_for(text=text)
    result = surprise(model, text)
    assert by_hand(page) == text
    assert bits(page) == pytest.approx(result.total_bits, rel=1e-9)
    page.get_by_role("radio", name="rank", exact=True).check(force=True)
    here.wait_for(colour="rank")
    page.reload()
    page_waits_until(page, lambda: by_hand(page) == text, "the text is there again")
    long = prose(700)
    page.get_by_label("A text, written or pasted").fill(long)
    page_waits_until(page, lambda: by_hand(page) == long, "a long text is read")
    assert bits(page) == pytest.approx(surprise(model, long).total_bits, rel=1e-9)


def by_hand(page: Page) -> str:
    return "".join(page.locator(".text.shown .character").all_text_contents())


def bits(page: Page) -> float:
    page.locator('.hand[aria-busy="false"]').wait_for()
    return float(page.locator(".hand").get_attribute("data-bits") or "nan")


def test_it_says_what_it_learned_from(opened: Callable[..., Opened]) -> None:
    here = opened()
    page = here.at()
    page.get_by_role("link", name="Learned from").click()
    here.wait_for(view="learned")
    expect(page.get_by_role("link", name="Learned from")).to_have_attribute("aria-current", "page")
    config = find(DEFAULT_RUN).config()
    figures = page.locator(".learned .figures")
    expect(figures).to_contain_text(f"{config.length:,} characters")
    expect(figures).to_contain_text("1.328 nats")
    expect(page.locator(".learned path.of-training")).to_have_attribute(
        "d", re.compile("^M.{1000}")
    )
    expect(page.get_by_label("Prompt")).to_be_hidden()


def test_what_an_address_cannot_hold_is_the_default(
    opened: Callable[..., Opened], model: LanguageModel
) -> None:
    here = opened()
    words = {"temperature": "7", "seed": "-1", "length": "many", "turns": "1:9", "view": "x"}
    page = here.at(**words, order="up", scale="?", position="0", shown="all", symbol="no", speed="")
    assert temperature(page) == 0.5
    page.get_by_role("button", name="Show all").click()
    assert whole_text(page) == model.write(DEFAULT_PROMPT, temperature=0.5, length=400)


def test_words_of_the_address_are_those_of_the_app(opened: Callable[..., Opened]) -> None:
    page = opened().at()
    script = """async (asked) => {
        const { VIEWS } = await import("ui/components/handout/address.js");
        return Object.entries(VIEWS).flatMap(([view, rules]) =>
            Object.entries(rules).map(([name, [usual, fits]]) =>
                [view, name, usual, asked.filter((word) => fits(word))]));
    }"""
    numbers = [-1, 0, 0.5, 1, 2, 2.01, 5, 6, 499, 1000, 1001, 2000, 2001, 5000, 5001, 100_000]
    probes = [f"{each:g}" for each in numbers] + ["100001", str(2**32 - 1), str(2**32), "nan"]
    probes += ["linear", "log", "alphabet", "probability", "30", "31", "all", "bits", "rank"]
    rules = page.evaluate(script, probes)
    assert len(rules) > 14
    for view, name, usual, fitting in rules:
        named = [row for row in address.TABLE if row.name == name and view in row.pages.split()]
        assert named, (view, name)
        row = named[0]
        word = None if row.default in (None, []) else row.word(row.default)
        assert (usual or None) == (word or None), (view, name)
        if isinstance(row, Number | Whole) or (isinstance(row, Choice) and row.options):
            assert fitting == [each for each in probes if not row.read(each)[1]], (view, name)


def test_a_phone_shows_all_of_it(opened: Callable[..., Opened]) -> None:
    here = opened(is_mobile=True)
    here.page.set_viewport_size({"width": 390, "height": 844})
    for view in ("temperature", "compare", "hand", "learned"):
        page = here.at(view=view, **AT_ONCE)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_dial_bars_and_text_are_on_one_screen(opened: Callable[..., Opened]) -> None:
    here = opened()
    here.page.set_viewport_size({"width": 1280, "height": 720})
    page = here.at(temperature=0.5, length=500, **AT_ONCE)
    dial(page)
    top, line = page.locator(".writer .text").evaluate(
        "(e) => [e.getBoundingClientRect().top, parseFloat(getComputedStyle(e).lineHeight)]"
    )
    assert top + 6 * line <= 720
    assert overflow_of(page) == 0


def test_keys_alone_lead_everywhere(opened: Callable[..., Opened], model: LanguageModel) -> None:
    here = opened()
    page = here.at(length=90, **AT_ONCE)
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert text_shown(page) == model.write(DEFAULT_PROMPT, temperature=0.53, length=90)
    here.wait_for(temperature="0.53")
    page.get_by_role("link", name="Compare").focus()
    page.keyboard.press("Enter")
    here.wait_for(view="compare")
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_it_prints_as_it_stands(opened: Callable[..., Opened], model: LanguageModel) -> None:
    here = opened()
    page = here.at(length=90, temperature=1, **AT_ONCE)
    dial(page)
    page.emulate_media(color_scheme="dark")
    ink = "getComputedStyle(document.documentElement).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("button", name="New seed")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    assert text_shown(page) == model.write(DEFAULT_PROMPT, temperature=1, length=90)
    assert dial(page).locator(".bar").first.is_visible()
    assert page.evaluate(ink) != on_screen  # dark ink on white paper
    assert len(page.pdf()) > 10_000


def test_the_server_and_the_page_temperature_hand_it_out(page: Page, server: Server) -> None:
    page.goto(server.address(prompt=PROMPT, temperature=0.7, speed="all"))
    dial(page)
    page.get_by_role("button", name="Download", exact=False).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="This model as a page").click()
    assert download.value.suggested_filename == f"{DEFAULT_RUN}.html"
    given = Path(download.value.path()).read_text(encoding="utf-8")
    assert given == handout(find(DEFAULT_RUN), prompt=PROMPT, temperature=0.7)
    step = open_model().step
    where = server.address(f"charlstm/page/{DEFAULT_RUN}/{step}", prompt=PROMPT, temperature=0.7)
    answer = page.request.get(where)
    assert (answer.text(), answer.headers.get("content-disposition")) == (given, None)
    saved = page.request.get(f"{where}&download=1").headers["content-disposition"]
    assert saved == f"attachment; filename*=UTF-8''{DEFAULT_RUN}.html"
    for path in (f"{DEFAULT_RUN}/3", f"none/{step}", f"{DEFAULT_RUN}/{step}?temperature=9"):
        assert page.request.get(server.address(f"charlstm/page/{path}")).status == 404
    page.goto(where)
    expect(page.get_by_role("heading", level=1)).to_have_text(DEFAULT_RUN)
    page.get_by_role("button", name="Show all").click()
    assert whole_text(page) == open_model().write(PROMPT, temperature=0.7)


def overflow_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_a_browser_that_cannot_run_the_model_is_told_so(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    file = tmp_path / "handout.html"
    file.write_text(handout(find(DEFAULT_RUN)), encoding="utf-8")
    page = new_context().new_page()
    page.add_init_script("delete Array.prototype.findLast")
    page.goto(file.as_uri())
    expect(page.get_by_text("This page needs JavaScript, and a browser from")).to_be_visible()
    expect(page.locator("main > *")).to_have_count(0)
