"""The gallery in docs/screens: where each role begins, as they have it before them. `make screens` makes it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .looking import ALL_THERE
from .people import NOBODY, ROSA, Town

PHONE, TABLET, DESK = 360, 820, 1280
FIRST_SCREENS = {
    "public page": (NOBODY, "/intake/clinics/maple", PHONE),
    "client today": (ROSA, "/integration/today", PHONE),
    "client journey": (ROSA, "/integration/journey", PHONE),
    "front desk board": ("wren", "/sessions/board", DESK),
    "front desk inquiries": ("wren", "/intake/inquiries/waiting", DESK),
    "prescriber queue": ("lena", "/intake/queue", DESK),
    "therapist people": ("sam", "/integration/people", DESK),
    "nurse room": ("jo", "/sessions/room", TABLET),
    "admin settings": ("theo", "/intake/clinics/maple/settings", DESK),
    "operator map": ("kit", "/intake/operating", DESK),
    "partner deliveries": ("dana", "/notify/deliveries", DESK),
    "parts": (NOBODY, "/intake/parts", DESK),
}
LOOKS = {("en", "light"): "by day, in English", ("es", "dark"): "by night, in Spanish"}


# Said here, before a town is made for nobody to look at.
@pytest.mark.skipif(not os.environ.get("AFTERGLOW_GALLERY"), reason="pictures are made by `make screens`")
def test_each_first_screen_has_its_picture(town: Town, gallery: Path | None) -> None:
    assert gallery is not None
    lines = ["# Screens", "", "Made by `make screens`, on what is there after `afterglow demo`.", ""]
    for name, (who, address, width) in FIRST_SCREENS.items():
        lines += [f"## {name.capitalize()}", ""]
        for (language, theme), words in LOOKS.items():
            options = {"locale": language, "color_scheme": theme, "viewport": {"width": width, "height": 900}}
            with town.context(who, **options) as context:
                page = context.new_page()
                page.goto(address)
                expect(page.get_by_role("heading", level=1)).to_be_visible()
                page.wait_for_function(ALL_THERE)
                file = f"{name.replace(' ', '-')}-{language}-{theme}.jpg"
                page.screenshot(path=gallery.parent / file, type="jpeg", quality=70)
            lines += [f"![{name.capitalize()}, {words}]({file})"]
        lines.append("")
    lines += ["The time between two visits, picture by picture, is in [between](between).", ""]
    (gallery.parent / "README.md").write_text("\n".join(lines), encoding="utf-8")
