"""Which pages there are for somebody: all to which their own navigation and pages lead."""

import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Page

from .people import NOBODY

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_PAGES = re.compile(
    r"\.json$|^/demo-identity/|^/intake/sign-in/(staff|renew|return)|/escort/|[?&](language|for)=|\.(css|js|svg|csv|parquet)$"
)
_BEGINNINGS = (
    "/intake/",
    "/intake/parts",
    "/intake/parts/pictures",
    "/intake/offline",
    "/intake/sign-in",
    "/notify/events/",
    "/notify/partners/",
)
_ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), location.href).href)"
"""Also of links in drawings, whose `href` is no text."""

_VIEWS = re.compile(r"[?&](\w+_)?(sort|q|page|day|span|kind|client|actor|place|week)=")
"""Other views of a page that is looked at already."""


@dataclass
class Walk:
    """The way through all pages that somebody reaches by links from where they begin, one of each form."""

    who: str
    url: str
    _waiting: list[str] = field(default_factory=list)
    _tried: set[str] = field(default_factory=set)
    _landed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        first = _BEGINNINGS if self.who == NOBODY else ("/intake/home", "/intake/you", "/intake/preferences")
        self._waiting += first

    def next(self) -> str | None:
        """An address of a form that was not there yet."""
        while self._waiting:
            address = self._waiting.pop(0)
            if form_of(address) not in self._tried:
                self._tried.add(form_of(address))
                return address
        return None

    def landed(self, page: Page) -> str | None:
        """The form of the page to which the address led; its links are followed. None of one that was there before."""
        there = urlsplit(page.url)
        form = form_of(there.path + (f"?{there.query}" if there.query else ""))
        if form in self._landed:
            return None
        self._landed.add(form)
        links = page.eval_on_selector_all("a[href]", _ADDRESSES)
        self._waiting += [path for link in links if (path := own_path(link, self.url)) is not None]
        return form


def form_of(address: str) -> str:
    """`/intake/clients/{id}/care` of an address; events are of one form, and so are tables sorted otherwise."""
    form = _ID.sub("{id}", address)
    form = re.sub(r"/versions/\d+", "/versions/{n}", form)
    form = re.sub(r"/typed-in/[\w-]+", "/typed-in/{instrument}", form)
    form = re.sub(r"/notify/events/[^/?]+/", "/notify/events/{name}/", form)
    form = re.sub(r"/intake/clinics/(maple|cedar)\b", "/intake/clinics/{clinic}", form)
    return re.sub(r"\?next=.*", "", form)


def own_path(link: str, url: str) -> str | None:
    """The path of a link to a page of ours; None of any other."""
    link = urldefrag(link).url
    if not link.startswith(f"{url}/"):
        return None
    path = link.removeprefix(url)
    return None if _NO_PAGES.search(path) or _VIEWS.search(path) else path
