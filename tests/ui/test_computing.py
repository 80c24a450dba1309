"""Heavy computations take turns: two at a time, in order, and a place is always given back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from charlstm.ui import computing as turns
from charlstm.ui.computing import affordable, turn
from tests.pages.opened import open_page


@contextmanager
def computing(count: int) -> Iterator[None]:
    """Let so many other viewers compute."""
    with ExitStack() as stack:
        for _ in range(count):
            go_on, began = threading.Event(), threading.Event()

            def work(go_on: threading.Event = go_on, began: threading.Event = began) -> None:
                with turn():
                    began.set()
                    go_on.wait(60)

            thread = threading.Thread(target=work)
            thread.start()
            assert began.wait(60)
            stack.callback(thread.join)
            stack.callback(go_on.set)
        yield


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said to viewers who wait."""
    words, real = list[str](), turns._words

    def say(waiting: int) -> str:
        words.append(real(waiting))
        return words[-1]

    monkeypatch.setattr(turns, "_words", say)
    return words


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert turns._queue == []


def test_no_more_than_two_compute_at_a_time_and_all_get_their_turn() -> None:
    lock, now, most, done = threading.Lock(), 0, 0, 0

    def work() -> None:
        nonlocal now, most, done
        with turn():
            with lock:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.02)
            with lock:
                now, done = now - 1, done + 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (most, done) == (2, 8)


def test_who_finds_a_free_place_is_told_nothing(said: list[str]) -> None:
    with computing(1), turn():
        pass
    assert said == []


def test_a_turn_within_a_turn_is_the_same_one() -> None:
    with computing(1), turn(), turn(), turn():
        pass


def test_an_error_gives_the_place_back() -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError
    with turn():
        pass


class _Left(BaseException):
    """As Streamlit ends the script of a viewer who left, or asked for something else."""


def test_who_leaves_while_waiting_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(_waiting: int) -> str:
        raise _Left

    monkeypatch.setattr(turns, "_words", leave)
    with computing(2):
        with pytest.raises(_Left), turn():
            pytest.fail("this is not its turn")
        assert len(turns._queue) == 2


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        (0, "Two other viewers' computations are running; yours is next."),
        (2, "Two other viewers' computations are running; yours comes after 2 more."),
    ],
)
def test_who_waits_is_told_how_many_come_before(waiting: int, words: str) -> None:
    assert turns._words(waiting) == words


PAGES: dict[str, dict[str, str]] = {
    "strategies": {},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_waits_for_its_turn_and_then_computes(
    page: str, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as others:
        others.enter_context(computing(2))
        first: Callable[[int], str] = turns._words

        def say(waiting: int) -> str:
            words = first(waiting)
            others.close()  # they finish once somebody waits
            return words

        monkeypatch.setattr(turns, "_words", say)
        app = open_page(page, length="20", **PAGES[page])
    assert said[0] == "Two other viewers' computations are running; yours is next."
    assert "computations are running" not in " ".join(info.value for info in app.info)


@pytest.mark.parametrize(
    ("length", "texts", "window", "allowed"),
    [
        (2000, 6, None, 2000),
        (600, 31, None, 600),
        (600, 1000, None, 40),
        (400, 4, 60, 400),
        (2000, 6, 60, 666),
        (600, 17, 60, 235),
        (200, 5000, 60, 20),
        (1, 5000, 60, 1),
    ],
)
def test_one_page_writes_no_more_than_it_can_afford(
    length: int, texts: int, window: int | None, allowed: int
) -> None:
    found, note = affordable(length, texts, window)
    assert found == allowed
    assert bool(note) == (allowed < length)
