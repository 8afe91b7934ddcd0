"""A form in which one writes, speaks, draws and adds a photo, and what somebody does there."""

from io import BytesIO
from typing import Any

from playwright.sync_api import Locator, Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import Site, document, redirect
from shared.web.face.frame import WITH_MICROPHONE, WITH_OWN_RECORDING

FORM = """
<form method="post" action="/moments" enctype="multipart/form-data" data-draft="moment" data-offline="A moment">
<input type="hidden" name="csrf" value="x"><input type="hidden" name="number" value="n-1">
<label for="words">Words</label><textarea id="words" name="words"></textarea>
<div data-recorder data-largest="4000000">
<input class="behind" id="spoken" name="recording" type="file" accept="audio/*">
<label class="button second" for="spoken">Speak</label></div>
<div data-pad><input type="hidden" name="drawing" value="" data-keep><button type="button">Draw</button></div>
<div data-photo data-largest="{largest}"><input class="behind" id="photo" name="photo" type="file" accept="image/jpeg">
<label class="button second" for="photo">Photo</label></div>
<button id="keep">Keep</button></form>
"""
OF_ROSA = {"data_person": "a", "data_worker": "/intake/look/worker.js", "data_csrf": "x"}
MODULES = ("recorder", "pad", "photo", "drafts", "offline")


class Moments:
    """Where a moment is kept."""

    def __init__(self, site: Site, largest: int = 10_000_000) -> None:
        self.site = site
        self.kept: list[dict[str, Any]] = []
        self.mends = False
        site.security, site.permissions = WITH_OWN_RECORDING, WITH_MICROPHONE
        self.form = FORM.replace("{largest}", str(largest))
        site.views["/moments"] = lambda _: document(self.form, **OF_ROSA)
        site.views["POST /moments"] = self._take
        site.views["/done"] = lambda _: document("<h1>Kept</h1><p data-afterwards>Whom to call</p>", **OF_ROSA)

    def _take(self, request: Request) -> Response:
        if self.mends:
            self.mends = False
            page = document('<section class="mend"><p>Please look at this again.</p></section>' + self.form, **OF_ROSA)
            return Response(page, 422, content_type="text/html")
        files = {name: file.read() for name, file in request.files.items() if file.filename}
        names = {f"{name} is": request.files[name].mimetype for name in files}
        self.kept.append({**request.form.to_dict(), **files, **names})
        return redirect("/done")


def speak(tab: Page, milliseconds: int = 1300) -> None:
    tab.get_by_role("button", name="Speak").click()
    expect(tab.get_by_role("button", name="Stop – 0:0")).to_be_visible()
    tab.wait_for_timeout(milliseconds)
    tab.get_by_role("button", name="Stop").click()
    expect(tab.locator("audio")).to_be_visible()


def draw(tab: Page, *points: tuple[float, float]) -> None:
    pad_of(tab).evaluate("pad => pad.scrollIntoView()")
    box = pad_of(tab).bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    tab.mouse.move(*at[0])
    tab.mouse.down()
    for point in at[1:]:
        tab.mouse.move(*point)
    tab.mouse.up()


def pad_of(tab: Page) -> Locator:
    return tab.get_by_role("img", name="Draw here")


def drawing_in(tab: Page) -> str:
    return tab.locator("[name=drawing]").input_value()


def a_photo(tab: Page, width: int, height: int) -> bytes:
    """A JPEG of the browser's own making, with a place in it."""
    made = tab.evaluate(
        """async ([width, height]) => {
          const canvas = Object.assign(document.createElement("canvas"), { width, height });
          const pen = canvas.getContext("2d");
          pen.fillStyle = "teal";
          pen.fillRect(0, 0, width, height);
          const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
          return [...new Uint8Array(await blob.arrayBuffer())];
        }""",
        [width, height],
    )
    plain, place = bytes(made), b"Exif\0\0 40.44611 N 79.98222 W"
    return plain[:2] + b"\xff\xe1" + (len(place) + 2).to_bytes(2, "big") + place + plain[2:]


def choose(tab: Page, content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    tab.set_input_files("#photo", {"name": name, "mimeType": kind, "buffer": content})


def size_of(photo: bytes) -> tuple[int, int]:
    """Width and height, as the frame of a JPEG says them."""
    stream = BytesIO(photo)
    assert stream.read(2) == b"\xff\xd8"
    while True:
        marker, length = stream.read(2), int.from_bytes(stream.read(2), "big")
        part = stream.read(length - 2)
        if marker in (b"\xff\xc0", b"\xff\xc2"):
            return int.from_bytes(part[3:5], "big"), int.from_bytes(part[1:3], "big")
