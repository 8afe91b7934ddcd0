"""What proves that a form was shown to whoever sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face.guarding import is_proof, masked

_TOO_MANY_MASKS_TO_MEET_TWICE = 16
"""Characters of a secret: a mask has a byte or more for each, so two are the same once in 2^128."""


@given(st.text(min_size=1, max_size=80))
def test_a_masked_secret_proves_it(secret: str) -> None:
    assert is_proof(masked(secret), secret)


@given(st.text(min_size=_TOO_MANY_MASKS_TO_MEET_TWICE, max_size=80))
def test_a_masked_secret_never_reads_the_same_twice_nor_as_itself(secret: str) -> None:
    one, other = masked(secret), masked(secret)

    assert one != other
    assert secret not in one


@pytest.mark.parametrize("sent", ["", "~", "~é", "~====", "~YQ", "another"])
def test_whatever_else_is_sent_proves_nothing(sent: str) -> None:
    assert not is_proof(sent, "secret")
    assert not is_proof(masked("another"), "secret")
    assert not is_proof(masked("secret")[:-4], "secret")


def test_a_page_that_is_compressed_holds_no_secret_as_it_is(bench: Bench) -> None:
    ana = visitor(bench, "therapist")

    answer = ana.get("/notes/new", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert ana.sign_in.proof not in ana.get("/notes/new").get_data(as_text=True)
