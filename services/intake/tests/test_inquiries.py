from shared.testing.bench import Bench

from .people import accepted


def test_x(bench: Bench) -> None:
    accepted(bench.as_nobody().post("/clinics/maple/inquiries", {"name": "R", "email": "r@example.org"}))
