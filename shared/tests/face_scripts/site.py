"""A small site of one test: pages with our modules in them, served from this machine, that can end and come back."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from playwright.sync_api import Page
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from shared.web.face.files import FOLDER
from shared.web.face.frame import CONTENT_SECURITY, PERMISSIONS, READER
from shared.web.face.script_words import SCRIPT_WORDS

View = Callable[[Request], Response | str]

LOOK = "/intake/look/0123456789abcdef/"


@dataclass
class Site:
    """Views by path (of any method, or after `POST `), and their policies; what was asked for, in order."""

    views: dict[str, View] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    security: str = CONTENT_SECURITY
    permissions: str = PERMISSIONS
    _server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def show(self, path: str, body: str, status: int = 200, **page: str) -> None:
        """Have a page stand at a path. `page` is what its first element says, as `data_person`."""
        self.views[path] = lambda _: Response(document(body, **page), status, content_type="text/html; charset=utf-8")

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, Request.application(self._answer), threaded=True)
        self._server.daemon_threads = True
        self.port = self._server.port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def times(self, line: str) -> int:
        """How often something was asked for, as `GET /board`."""
        return self.asked.count(line)

    def _answer(self, request: Request) -> Response:
        if "/look/" in request.path and f"{request.method} {request.path}" not in self.views:
            return file(request.path.rpartition("/")[2])
        self.asked.append(f"{request.method} {request.full_path.rstrip('?')}")
        if request.method == "POST":
            self.forms.append({**request.form.to_dict(), **{f"file:{name}": "" for name in request.files}})
        view = self.views.get(f"{request.method} {request.path}") or self.views.get(request.path)
        answer = Response(status=404) if view is None else view(request)
        answer = Response(answer, content_type="text/html; charset=utf-8") if isinstance(answer, str) else answer
        if answer.mimetype == "text/html" and (reader := _reader(answer.get_data(as_text=True))):
            answer.headers[READER] = reader
        answer.headers["Content-Security-Policy"] = self.security
        answer.headers["Permissions-Policy"] = self.permissions
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _reader(page: str) -> str:
    """For whom the frame says a page is, of what the page's first element says."""
    said = dict(re.findall(r' data-(person|clinic)="([^"]*)"', page.partition(">")[2].partition(">")[0]))
    return f"{said['person']}/{said.get('clinic', '')}" if "person" in said else ""


def file(name: str) -> Response:
    """A file of the frame, as the frame serves it."""
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    response = Response((FOLDER / name).read_bytes(), content_type=f"{kind}; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def document(body: str, **page: str) -> str:
    """A page of our frame in small; whoever reads it has the key of their own that the frame gives them."""
    if "data_person" in page:
        key = hashlib.sha256(page["data_person"].encode()).digest()
        page = {"data_seal": base64.b64encode(key).decode(), **page}
    said = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in page.items())
    return (
        f'<!doctype html><html lang="en"{said}><head><meta charset="utf-8"><title>A page</title>'
        f'<link rel="icon" href="data:,"><script type="module" src="{LOOK}afterglow.js"></script></head>'
        f'<body><main id="content" tabindex="-1">{body}</main><div id="toasts" role="status" aria-live="polite"></div>'
        f'<script type="application/json" id="words">{json.dumps(dict(SCRIPT_WORDS))}</script></body></html>'
    )


def open_page(tab: Page, path: str, *modules: str) -> None:
    """Go to a page, and on when these modules are at work there."""
    tab.goto(path)
    await_modules(tab, *modules)


def await_modules(tab: Page, *modules: str) -> None:
    """Go on when these modules are at work in the page that a tab has now."""
    for module in modules:
        tab.evaluate("address => import(address).then(() => null)", f"{LOOK}{module}.js")


def await_kept(tab: Page, script: str, wanted: object) -> None:
    """Go on when a script's promise comes to what is wanted, within five seconds.

    The browser's driver, where it waits for a function, takes a promise itself for a yes.
    """
    for _ in range(250):
        if tab.evaluate(script) == wanted:
            return
        tab.wait_for_timeout(20)
    raise AssertionError(f"not within five seconds: {wanted!r} of {script}")


def await_worker(tab: Page, language: str = "en") -> None:
    """Go on when the worker has kept what a page of this language needs without a connection."""
    script = "async () => (await (await caches.match('/release'))?.text())?.split(' ').pop()"
    await_kept(tab, script, language)


TELLING = """
window.told = [];
{
  const tell = ServiceWorker.prototype.postMessage;
  ServiceWorker.prototype.postMessage = function (said) { window.told.push(said); tell.call(this, said); };
}
"""
TOLD = """() => navigator.serviceWorker.register("/intake/look/worker.js", { scope: "/" })
  .then(() => navigator.serviceWorker.ready).then(() => window.told)"""


def listen(tab: Page) -> None:
    """Have each page of a tab from now on remember what it tells the worker."""
    tab.add_init_script(TELLING)


def told(tab: Page) -> list[dict[str, str]]:
    """All that the page has told the worker: it asks for it in the same way as this, and did so before."""
    said: list[dict[str, str]] = tab.evaluate(TOLD)
    return said


def redirect(address: str, status: int = 303) -> Response:
    return Response(status=status, headers={"Location": address})
