"""What pages take over from each other, and how an address comes back."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from charlstm.ui import address, visit
from tests.ui.test_address import Page


class Browser:
    """A session that goes from page to page; the browser sends its address with every run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.page = Page().put_before(monkeypatch)
        self.run = SimpleNamespace(is_history_navigation=False, page_script_hash="")
        monkeypatch.setattr(visit, "get_script_run_ctx", lambda **_: self.run)

    def open(self, page: str, *, back: bool = False, **given: str) -> None:
        self.run.page_script_hash, self.run.is_history_navigation = page, back
        self.page.query_params.clear()
        self.page.query_params.update(given)
        address.arrive(page)

    @property
    def address(self) -> dict[str, str]:
        return dict(self.page.query_params)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


def test_the_menu_leads_to_a_page_as_it_was_left(browser: Browser) -> None:
    browser.open("hand", written="of m")
    browser.open("speed")
    assert browser.address == {}
    browser.open("hand")
    assert browser.address == {"written": "of m"}


def test_what_one_page_shows_another_takes_over_once_it_asks(browser: Browser) -> None:
    browser.open("", prompt="the soul ", length="90")
    for key in ("prompt", "length"):
        address.write(key, address.asked(key))
    browser.open("compare")
    assert (address.asked("prompt"), address.asked("length")) == ("the soul ", None)
    assert browser.address == {}  # a page that has no prompt does not name one
    address.write("prompt", "another ")
    browser.open("")
    assert browser.address == {"length": "90"}
    assert address.asked("prompt") == "another "


def test_a_link_is_all_of_its_view(browser: Browser) -> None:
    browser.open("", prompt="the soul ")
    address.write("prompt", "the soul ")
    browser.open("compare", seed="3")
    assert address.asked("prompt") is None
    assert browser.address == {"seed": "3"}


def test_a_default_is_taken_over_like_any_other_value(browser: Browser) -> None:
    browser.open("", temperature="0.8")
    address.write("temperature", "0.8")
    browser.open("hand")
    address.write("temperature", None)
    browser.open("")
    assert address.asked("temperature") is None


def test_what_means_something_else_on_a_page_is_not_taken_over(browser: Browser) -> None:
    browser.open("timeline", checkpoint="562")
    address.write("checkpoint", "562")
    browser.open("")
    assert address.asked("checkpoint") is None
    browser.open("timeline")
    assert address.asked("checkpoint") == "562"


def test_what_a_page_leaves_out_other_pages_keep(browser: Browser) -> None:
    browser.open("", temperature="0.8")
    address.write("temperature", "0.8")
    browser.open("train")
    address.leave_out("temperature")
    browser.open("hand")
    assert address.asked("temperature") == "0.8"


def test_nothing_that_a_page_held_is_there_on_the_next(browser: Browser) -> None:
    browser.open("")
    browser.page.session_state["length"] = 400
    browser.page.session_state[f"{visit.KEPT}for all pages"] = 1
    browser.open("compare")
    assert "length" not in browser.page.session_state
    assert browser.page.session_state[f"{visit.KEPT}for all pages"] == 1


def test_an_older_address_that_the_browser_sends_along_changes_nothing(browser: Browser) -> None:
    browser.open("", seed="1")
    address.write("seed", "2")
    address.write("seed", "3")
    browser.open("", seed="1")
    assert (address.asked("seed"), address.is_news("seed")) == ("3", False)
    assert browser.address == {"seed": "3"}


def test_going_back_is_news_until_the_page_has_taken_it_over(browser: Browser) -> None:
    browser.open("", seed="1", prompt="the ")
    address.write("seed", "3")
    browser.open("", back=True, seed="1", prompt="the ")
    assert (address.asked("seed"), address.is_news("seed")) == ("1", True)
    assert not address.is_news("prompt")
    browser.open("", seed="1", prompt="the ")  # the run that was to take it over was interrupted
    assert address.is_news("seed")
    address.write("seed", "1")
    assert not address.is_news("seed")


def test_a_callback_of_the_page_before_does_not_change_the_next_address(browser: Browser) -> None:
    browser.open("hand", prompt="the ")
    browser.run.page_script_hash = "speed"  # the run of the next page calls it
    browser.page.query_params.clear()
    address.write("prompt", "typed at last ")
    assert browser.address == {}
    browser.open("speed")
    assert browser.address == {}
    browser.open("hand")
    assert address.asked("prompt") == "typed at last "


def test_a_text_that_no_address_can_hold_comes_back_by_the_menu_alone(browser: Browser) -> None:
    browser.open("hand")
    visit.keep("text", "long")
    browser.open("cells")
    assert visit.kept("text") is None
    browser.open("hand")
    assert (visit.kept("text"), visit.is_return()) == ("long", True)
    browser.open("cells")
    browser.open("hand", colour="rank")
    assert not visit.is_return()


def test_an_old_name_in_a_link_is_read_as_the_new_one(browser: Browser) -> None:
    browser.open("cells", place="4", text="a b c")
    assert address.read(address.parameter("position", high=9)) == 4
    assert browser.address == {"position": "4", "text": "a b c"}
