"""Somebody at the pages of a service on the bench: signed in by the cookie that intake would have given them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.testing.bench import Bench
from shared.web.auth import Caller
from shared.web.face.waited import WRITTEN_AGO
from shared.web.sign_in import COOKIE, SignIn


@dataclass
class Visitor:
    """A browser with a sign-in; paths are given below `/{service}`. `post` sends a form with what protects it."""

    client: FlaskClient
    service: str
    sign_in: SignIn

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(f"/{self.service}{path}", **options)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self._send(path, fields, {})

    def post_late(self, path: str, waited: timedelta, **fields: Any) -> TestResponse:
        """Send what was written so long ago on a device that had no connection."""
        return self._send(path, fields, {WRITTEN_AGO: str(waited // timedelta(milliseconds=1))})

    def _send(self, path: str, fields: dict[str, Any], headers: Mapping[str, str]) -> TestResponse:
        form = {"csrf": self.sign_in.proof} | fields
        return self.client.post(
            f"/{self.service}{path}", data=form, headers={"Sec-Fetch-Site": "same-origin", **headers}
        )


def visitor(
    bench: Bench,
    role: str,
    *,
    clinic: str = "maple",
    client_id: UUID | None = None,
    grants: dict[str, frozenset[str]] | None = None,
    name: str = "Ana Ortiz",
    partner: str | None = None,
    subject: str | None = None,
) -> Visitor:
    """Sign somebody in who has that role at the clinic, or those `grants`; they are at `clinic` now."""
    caller = Caller(subject or f"{role}-at-{clinic}", grants or {clinic: frozenset({role})}, client_id, partner)
    csrf, ends_at = f"csrf-of-{role}-at-{clinic}", bench.clock() + timedelta(minutes=30)
    sign_in = SignIn(f"sign-in-of-{role}", caller, name, clinic, csrf, ends_at)
    client = bench.app.test_client()
    client.set_cookie(COOKIE, sign_in.token(bench.signer.sign_in_key, bench.clock()), secure=True)
    return Visitor(client, bench.service.name, sign_in)
