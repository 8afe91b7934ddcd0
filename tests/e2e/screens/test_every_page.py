"""Every page of everybody's, in every language: to be read and used on a telephone, a tablet and at a desk."""

from pathlib import Path

import pytest

from .every_page import look_at_all
from .people import EVERYBODY, Town


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_of_theirs_is_good_to_read_and_to_use(who: str, town: Town, gallery: Path | None) -> None:
    wrong = look_at_all(who, town, gallery)
    assert wrong == [], "\n".join(wrong)
