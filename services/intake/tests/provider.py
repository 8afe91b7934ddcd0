"""A real OpenID provider for the tests: Canaille, in a folder and on a port of its own, where people sign in."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests
from joserfc.jwk import RSAKey

from shared.local.processes import log_tail, port_of, reserve_port, spawn, wait_until

PASSWORD = "nobody would guess this one"
CLIENT_SECRET = "between the program and the provider"
_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class App:
    """A program that the provider knows: where it may have people sent back to, and for whom its tokens are."""

    client_id: str
    redirect_uri: str
    audience: tuple[str, ...]
    after_sign_out: str | None = None


class Provider:
    """Canaille as its own command line runs it. A context manager; `rotate` gives it a new signing key.

    `people` says in which groups each person is. Everybody has the same password.
    """

    def __init__(self, folder: Path, people: Mapping[str, list[str]], apps: list[App]) -> None:
        self._folder = folder
        self._people = people
        self._apps = apps
        self._reservation = reserve_port()
        self._keys = [_new_key()]
        self._process: subprocess.Popen[bytes] | None = None
        self._again_at: dict[str, float] = {}
        self.issuer = f"http://127.0.0.1:{port_of(self._reservation)}"

    def __enter__(self) -> "Provider":
        self._configure()
        self._found()
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._reservation.close()

    def rotate(self) -> None:
        """Sign with a new key from now on, and believe nothing that the old one signed."""
        self._stop()
        self._keys = [_new_key()]
        self._configure()
        self._start()

    def sign_in(self, browser: requests.Session, name: str, address: str, password: str = PASSWORD) -> str:
        """Go through the login pages from an authorization request on; returns where the provider sends the browser.

        Two tokens that one person is given within a second are the same to this provider, and it stumbles over the
        second. So whoever comes again waits for another one.
        """
        time.sleep(max(0.0, self._again_at.get(name, 0.0) - time.monotonic()))
        page = browser.get(address, timeout=10)
        for field, said in (("login", name), ("password", password)):
            hidden = _HIDDEN.search(page.text)
            assert hidden is not None, page.text
            form = {"csrf_token": hidden.group(1), field: said, "answer": "accept"}
            answer = browser.post(page.url, form, timeout=10, allow_redirects=False)
            while True:
                following = urljoin(answer.url, answer.headers.get("Location", ""))
                if not answer.is_redirect or not following.startswith(self.issuer):
                    break
                answer = browser.get(following, timeout=10, allow_redirects=False)
            page = answer
        assert page.is_redirect, page.text
        self._again_at[name] = time.monotonic() + 1.5
        return following

    def sign_out(self, browser: requests.Session, address: str) -> str:
        """Say yes at the provider's page for signing out; returns where it sends the browser."""
        page = browser.get(address, timeout=10)
        hidden = _HIDDEN.search(page.text)
        assert hidden is not None, page.text
        form = {"csrf_token": hidden.group(1), "answer": "logout"}
        return browser.post(page.url, form, timeout=10, allow_redirects=False).headers["Location"]

    def _everybody(self) -> dict[str, object]:
        groups = sorted({group for groups in self._people.values() for group in groups})
        return {
            "user": [
                {
                    "id": f"user-{name}",
                    "user_name": name,
                    "password": PASSWORD,
                    "given_name": name.title(),
                    "family_name": "Sample",
                    "formatted_name": f"{name.title()} Sample",
                    "emails": [f"{name}@example.org"],
                }
                for name in self._people
            ],
            "group": [
                {
                    "id": f"group-{number}",
                    "display_name": group,
                    "members": [f"user-{name}" for name, groups in self._people.items() if group in groups],
                }
                for number, group in enumerate(groups)
            ],
            "client": [
                {
                    "id": f"client-{app.client_id}",
                    "client_id": app.client_id,
                    "client_secret": CLIENT_SECRET,
                    "client_name": app.client_id,
                    # Of a trusted host: its people are not asked whether they consent to their own sign-in.
                    "client_uri": "http://127.0.0.1",
                    "redirect_uris": [app.redirect_uri],
                    "post_logout_redirect_uris": [app.after_sign_out] if app.after_sign_out else [],
                    "scope": ["openid", "profile", "email", "groups"],
                    "grant_types": ["authorization_code"],
                    "id_token_signed_response_alg": "RS256",
                    "response_types": ["code"],
                    "token_endpoint_auth_method": "client_secret_basic",
                    "audience": [f"client-{one}" for one in app.audience],
                }
                for app in self._apps
            ],
        }

    def _configure(self) -> None:
        keys = ", ".join(
            "{" + ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.as_dict(private=True).items()) + "}"
            for key in self._keys
        )
        (self._folder / "canaille.toml").write_text(
            f"""
SECRET_KEY = "of this test run"
SERVER_NAME = "{self.issuer.removeprefix("http://")}"
PREFERRED_URL_SCHEME = "http"

[OAUTH2_TOKEN_EXPIRES_IN]
authorization_code = 600

[CANAILLE]
JAVASCRIPT = false
HTMX = false

[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{self._folder / "canaille.sqlite"}"
AUTO_MIGRATE = false

[CANAILLE_OIDC]
ACTIVE_JWKS = [{keys}]
""",
            encoding="utf-8",
        )

    def _found(self) -> None:
        """Make its database, with everybody in it."""
        done = subprocess.run(
            [sys.executable, "-c", _BEGIN + "cli(['db', 'upgrade'], standalone_mode=False); cli(['restore'])"],
            cwd=self._folder,
            env=self._environment(),
            input=json.dumps(self._everybody()),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _start(self) -> None:
        log = self._folder / "canaille.log"
        self._process = spawn(
            [sys.executable, "-c", _BEGIN + "cli()", "run", "--bind", self.issuer.removeprefix("http://")],
            folder=self._folder,
            log=log,
            env=self._environment(),
            when_orphaned=signal.SIGTERM,
        )
        assert wait_until(self._answers, 60), log_tail(log)

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            wait_until(lambda: self._process is None or self._process.poll() is not None, 5)
            # Its server works in a process of its own, in the same session.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5).ok
        except requests.ConnectionError:
            return False

    def _environment(self) -> dict[str, str]:
        return os.environ | {"CANAILLE_CONFIG": str(self._folder / "canaille.toml")}


# Its own commands, in the environment that the tests run in. Each start costs seconds, so that two go into one.
_BEGIN = "from canaille.commands import cli; "


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)
