"""Looking at one page as people do: on a telephone, a tablet and a desk, by day and by night, and by keyboard alone."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

WIDTHS = TELEPHONE, TABLET, DESK = (360, 820, 1440)
DAY, NIGHT = "light", "dark"
HEIGHT = 900
MOST_BYTES = 60_000
_SOON = 100
_MOST_SHIFT = 0.001
"""A hundredth of what counts as good: what is in the page already stays where it is while the rest arrives."""
_ASKED_FOR = "Service Worker registration blocked by Playwright"

_AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_ALL_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
_RULES_OF_LOOKS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
}
"""What may differ with the width and the theme."""

_RULES_OF_WORDS = _ALL_RULES | {"rules": {"color-contrast": {"enabled": False}}}
"""What may differ with the language: colours, which take as long as all others, do not."""

Looks = Mapping[tuple[str, int], Mapping[str, Any] | None]
"""In which themes and widths a page is seen, and which rules are asked of it in each."""

IN_FULL: Looks = {(theme, width): _ALL_RULES for theme in (DAY, NIGHT) for width in WIDTHS}
IN_SHORT: Looks = {(DAY, TELEPHONE): _ALL_RULES, (DAY, TABLET): None, (DAY, DESK): None, (NIGHT, DESK): _RULES_OF_LOOKS}
TRANSLATED: Looks = {(DAY, TELEPHONE): _RULES_OF_WORDS, (DAY, TABLET): None, (DAY, DESK): None}

_WATCH_SHIFTS = """
window.shifted = {by: 0, what: []};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.shifted.by += entry.value;
    const said = ({node}) => (node?.outerHTML ?? node?.textContent ?? "?").slice(0, 80);
    window.shifted.what.push(...entry.sources.map(said));
  }
}).observe({type: "layout-shift", buffered: true});
"""
_BYTES = """
() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter(entry => entry.initiatorType !== "img").reduce((sum, entry) => sum + entry.encodedBodySize, 0)
"""
ALL_THERE = "() => !document.querySelector('[data-fragment]')"
"""Whether the parts of other services have come into the page."""

_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SHAPE = f"""
() => ({{
  shifted: window.shifted,
  bytes: ({_BYTES})(),
  wider: ({_WIDER})(),
  headings: document.querySelectorAll("h1").length,
}})
"""
_STOPS = """
() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const stops = all.filter(one =>
    one.type !== "radio" && !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}));
  stops.forEach((one, place) => { one.stop = place; });
  return stops.length;
}
"""
_FOCUSED = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const drawn = one.querySelector(".p-target");
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none" ||
    (drawn && parseFloat(getComputedStyle(drawn).strokeWidth) >= 3);
  return {stop: one.stop ?? null, seen, what: one.outerHTML.slice(0, 80)};
}
"""


_FROM_THE_TOP = """
() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}
"""
"""Also of a page in which something has the focus from the first moment."""

_WORDS = """
() => {
  const said = new Set(), spoken = one => one.closest("[lang]") === document.documentElement;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const unsaid = parent.closest("script, style, template, code, pre, option[value*='/']");
    if (!unsaid && spoken(parent)) said.add(walk.currentNode.data);
  }
  for (const one of document.body.querySelectorAll("*")) if (spoken(one))
    for (const name of ["alt", "aria-label", "placeholder", "title"]) said.add(one.getAttribute(name) ?? "");
  const all = [document.title, ...said].map(words => words.replace(/\\s+/g, " ").trim());
  return all.filter(words => /\\p{L}/u.test(words));
}
"""
"""What a page says in its own language: all texts, shown or not, apart from those in another that is named.

Neither code nor the names of places are said in any.
"""


@dataclass
class Looker:
    """A page that is looked at, with all that it and its browser complained of. Pictures go to `gallery`, if any."""

    context: BrowserContext
    url: str
    gallery: Path | None = None
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self._worn: tuple[str, int] = ("", 0)
        self._loaded = time.monotonic()
        self.page.add_init_script(_WATCH_SHIFTS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._watch)

    def open(self, address: str) -> list[str]:
        """Go there with a telephone, by day; what is wrong with the answer."""
        self.complaints.clear()
        self._wear(DAY, TELEPHONE)
        answer = self.page.goto(address, wait_until="load")
        self._loaded = time.monotonic()
        assert answer is not None
        return [] if answer.status == 200 else [f"status {answer.status}"]

    def settle(self) -> None:
        """What scripts put into the page is there soon; a stream that stays open never lets it be idle.

        What was done elsewhere since it was opened has been waited already.
        """
        left = _SOON - (time.monotonic() - self._loaded) * 1000
        if left > 0:
            self.page.wait_for_timeout(left)
        self.page.wait_for_function(ALL_THERE)

    def shape(self) -> list[str]:
        """What is wrong with the page that is open whatever the theme, on a telephone."""
        wrong, found = [], self.page.evaluate(_SHAPE)
        if found["shifted"]["by"] > _MOST_SHIFT:
            wrong.append(f"it moves while it loads ({found['shifted']['by']:.4f}): {found['shifted']['what']}")
        if found["bytes"] > MOST_BYTES:
            wrong.append(f"it weighs {found['bytes']} bytes")
        if found["wider"] > 0:
            wrong.append("it is wider than a telephone")
        if found["headings"] != 1:
            wrong.append("it has not one heading")
        return wrong

    def look(self, looks: Looks, name: str) -> list[str]:
        """What is wrong with it in each of these looks; pictures for the `gallery` have that name."""
        wrong = []
        for (theme, width), rules in looks.items():
            self._wear(theme, width)
            said = ["it is wider than the window"] if self.page.evaluate(_WIDER) > 0 else []
            said += self._violations(rules) if rules else []
            wrong += [f"{theme} {width}: {one}" for one in said]
            if self.gallery is not None:
                self.page.screenshot(path=self.gallery / f"{name}-{width}-{theme}.png", full_page=True)
        return wrong

    def words(self) -> set[str]:
        """Everything that the page says in its own language."""
        return set(self.page.evaluate(_WORDS))

    def by_keyboard(self) -> list[str]:
        """What cannot be reached by the Tab key, or does not show that it has been."""
        self._wear(DAY, DESK)
        missing = set(range(self.page.evaluate(_STOPS)))
        self.page.evaluate(_FROM_THE_TOP)
        unseen = []
        for _ in range(len(missing) * 2 + 20):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(_FOCUSED)
            if focused is None:
                break
            missing.discard(focused["stop"])
            if not focused["seen"]:
                unseen.append(focused["what"])
        lost = [f"by keyboard: {len(missing)} places are not reached"] if missing else []
        return [*lost, *(f"focus is not seen: {what}" for what in unseen)]

    def heard(self) -> list[str]:
        """What the browser complained of since the page was opened."""
        return list(self.complaints)

    def _wear(self, theme: Any, width: int) -> None:
        worn, self._worn = self._worn, (theme, width)
        if worn[0] != theme:
            self.page.emulate_media(color_scheme=theme)
        if worn[1] != width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _violations(self, rules: Mapping[str, Any]) -> list[str]:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE)
        asked = json.dumps({**rules, "resultTypes": ["violations"]})
        found = self.page.evaluate(f"async () => (await axe.run(document, {asked})).violations")
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"][:3]]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text != _ASKED_FOR:
            self.complaints.append(f"console: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.complaints.append(f"asks {request.url}")
