"""Telephone numbers in what a clinic writes: one tap calls, and nothing else of it is changed."""

import pytest

from shared.web.face.telephones import telephones


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("Call or text 988 (United States), any time, day or night.", {"988": "988"}),
        ("Call 988 (24 hours) or 988 24/7.", {"988": "988"}),
        ("Call 988 24 hours a day.", {"988": "988"}),
        ("Ring 116 123, or (212) 555-0147.", {"116123": "116 123", "2125550147": "(212) 555-0147"}),
        ("+44 20 7946 0958 or 1-800-273-8255", {"+442079460958": "+44 20 7946 0958", "18002738255": "1-800-273-8255"}),
        ("01\u00a045\u00a039\u00a040\u00a000", {"0145394000": "01\u00a045\u00a039\u00a040\u00a000"}),
    ],
)
def test_a_telephone_number_is_a_link_that_calls_it(written: str, called: dict[str, str]) -> None:
    shown = str(telephones(written))

    for number, words in called.items():
        link = f'<a href="tel:{number}">{words}</a>'
        assert link in shown
        shown = shown.replace(link, words)
    assert shown == written


@pytest.mark.parametrize(
    "written", ["From 9-17, at 8:00-20:00", "Room 12, 3rd floor", "Ask https://help.example/988", ""]
)
def test_what_is_no_telephone_number_stays_text(written: str) -> None:
    assert str(telephones(written)) == written


def test_what_a_clinic_wrote_is_shown_and_never_run() -> None:
    assert str(telephones("<b>988</b> & 'you'")) == '&lt;b&gt;<a href="tel:988">988</a>&lt;/b&gt; &amp; &#39;you&#39;'
