"""When what has waited on a device was written: by how long ago, as the device says."""

from datetime import timedelta

import pytest
from flask import Flask

from shared.testing.plugin import MONDAY
from shared.web.face.waited import WRITTEN_AGO, written_at


@pytest.mark.parametrize(
    ("said", "ago"),
    [
        ("0", timedelta(0)),
        ("90000", timedelta(seconds=90)),
        (str(40 * 86_400_000), timedelta(days=40)),
        ("99999999999", timedelta(days=90)),
        ("9" * 5000, timedelta(days=90)),
    ],
)
def test_it_was_written_so_long_ago_and_three_months_at_most(said: str, ago: timedelta) -> None:
    with Flask(__name__).test_request_context(headers={WRITTEN_AGO: said}):
        assert written_at(MONDAY) == MONDAY - ago


@pytest.mark.parametrize("said", ["", "-1", "1.5", "soon", "１２"])
def test_what_is_no_number_was_written_now(said: str) -> None:
    with Flask(__name__).test_request_context(headers={WRITTEN_AGO: said} if said else {}):
        assert written_at(MONDAY) is None
