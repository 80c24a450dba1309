"""Whether two viewers see the same: all that stands in some parts of a page, at rest."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.driving import page_waits_until, settle


def _shown(page: Page, where: str) -> list[str]:
    """Return all texts, numbers and states that stand in some parts of a page."""
    return [
        str(text)
        for part in page.locator(where).all()
        for text in part.evaluate(
            """(root) => {
                const all = (tag, say) => Array.from(root.querySelectorAll(tag), say);
                return [
                    root.textContent,
                    JSON.stringify({ ...root.dataset, shown: 0, complete: 0 }),
                    ...all("input", (e) => `${e.value} ${e.checked}`),
                    ...all("button", (e) => e.dataset.selected ?? ""),
                    ...all(".letter", (e) => e.className + e.style.cssText),
                ];
            }"""
        )
    ]


def whole(page: Page, where: str) -> list[str]:
    """Return what stands in some parts of a page when nothing runs and all of its text is there."""
    settle(page)
    for button in page.get_by_role("button", name="Show all", disabled=False).all():
        button.evaluate("(e) => e.click()")  # it may be at its end by now, and then is disabled
    return _shown(page, where)


def rest(page: Page, where: str) -> None:
    """Wait until a page stands still."""
    seen: list[list[str]] = [[], []]

    def still() -> bool:
        seen.append(whole(page, where))
        return len(seen[-1]) > 1 and seen[-1] == seen[-2] == seen[-3]

    page_waits_until(page, still, "the page stands still")
