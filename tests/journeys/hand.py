"""A hand on a tablet or a mouse: does what a person would, and counts what it costs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Locator, Page, Response, expect

type Opens = Callable[..., Page]
type Barriers = Callable[[Page], list[str]]

# Told by the page itself, so that a tap nobody meant to make counts, too.
_TELLS = """
  addEventListener("pointerup", () => window.tapped(), true);
  addEventListener("DOMContentLoaded", () => window.shown(document.title));
"""


@dataclass
class Hand:
    """Finds by the words on the screen; keeps every address and title it came past."""

    page: Page
    barriers: Barriers | None = None
    taps: int = 0
    titles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, page: Page, barriers: Barriers | None = None) -> Self:
        """`barriers`: asked on every page the hand arrives at; there must be none."""
        hand = cls(page, barriers)
        page.expose_binding("tapped", lambda _source: hand._tapped())
        page.expose_binding("shown", lambda _source, title: hand.titles.append(title))
        page.add_init_script(_TELLS)
        page.on("framenavigated", lambda frame: hand.addresses.append(frame.url))
        return hand

    def _tapped(self) -> None:
        self.taps += 1

    def button(self, words: str, *, within: str = "main") -> None:
        """The first button whose name begins with `words`."""
        name = re.compile(f"^{re.escape(words)}")
        self.touch(self.page.locator(within).get_by_role("button", name=name).first)

    def link(self, words: str, *, within: str = "main") -> None:
        self.touch(self.page.locator(within).get_by_role("link", name=words).first)

    def choice(self, words: str, *, within: str = "main") -> None:
        """A chip, a choice or a card of which `words` is the label."""
        self.touch(self.page.locator(f"{within} label", has_text=words).first)

    def write(self, label: str, text: str) -> None:
        """Touch the field, then type."""
        box = self.page.get_by_role("textbox", name=label)
        self.touch(box)
        box.press_sequentially(text)

    def touch(self, place: Locator) -> None:
        place.evaluate("() => { window.touched = true }")  # gone with the page it is said to
        place.tap()

    def touch_and_wait(self, place: Locator) -> None:
        """Touch something that is kept on the server at once, and see it kept."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.touch(place)

    def arrives(self, heading: str) -> None:
        """`heading`: a part of it; "" where it may be any, but of a page after the last touch."""
        if not heading:
            self.page.wait_for_function("() => !window.touched")
        expect(self.page.locator("h1").filter(visible=True)).to_contain_text(heading)
        if self.barriers:
            found = self.barriers(self.page)
            assert found == [], f"{self.page.url}: {found}"

    def sees(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)

    def sees_nothing_of(self, *words: str) -> None:
        """Not on the screen and nowhere in the document."""
        content = self.page.content()
        assert [word for word in words if word in content] == []

    def asks_for(self, address: str) -> int:
        """The status of the answer."""
        answer: Response | None = self.page.goto(address)
        assert answer is not None
        return answer.status


def sticks_out(page: Page) -> int:
    """By how many pixels a page is wider than its window; 0 is the aim.

    Asked of the element, which is waited for: a page on its way has none for a moment.
    """
    over: int = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
    return max(0, over)
