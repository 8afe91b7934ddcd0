"""An OpenID provider on this machine: enough of one to sign in at, and as dishonest as a test wants it."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.clock import Clock

Claims = dict[str, Any]


@dataclass
class Loopback:
    """`ana` signs in, with the claims that a test gives her; what arrives at the token address is kept in `asked`."""

    clock: Clock
    identity: Claims = field(default_factory=dict)
    access: Claims | None = None
    userinfo: Claims | None = None
    away: bool = False
    signs_with: ECKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    authorization: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "idp", "use": "sig", "alg": "ES256"})
        self._codes: dict[str, dict[str, str]] = {}
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(*answer(self.path, {}, self.headers.get("Authorization")))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say(*answer(self.path, _flat(body), self.headers.get("Authorization")))

            def _say(self, status: int, document: Claims) -> None:
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/realm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def consent(self, address: str) -> dict[str, str]:
        """The person says yes at the authorization address: what their browser takes back."""
        asked = _flat(urlsplit(address).query)
        assert address.startswith(f"{self.url}/authorize?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def sign(self, claims: Claims, **header: str) -> str:
        header = {"alg": "ES256", "kid": "idp"} | header
        return jwt.encode(header, claims, self.signs_with or self._key, algorithms=["ES256"])

    def _answer(self, path: str, form: dict[str, str], authorization: str | None) -> tuple[int, Claims]:
        if self.away:
            return 503, {}
        answers: dict[str, Callable[[], tuple[int, Claims]]] = {
            "/realm/.well-known/openid-configuration": lambda: (200, self._discovery()),
            "/realm/keys": lambda: (200, dict(KeySet([self._key]).as_dict(private=False))),
            "/realm/token": lambda: self._token(form, authorization),
            "/realm/userinfo": lambda: (401, {}) if self.userinfo is None else (200, self.userinfo),
        }
        return answers.get(path, lambda: (404, {}))()

    def _discovery(self) -> Claims:
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "keys",
            "end_session_endpoint": "sign-out",
        }
        return {"issuer": self.url} | {name: f"{self.url}/{place}" for name, place in places.items()}

    def _token(self, form: dict[str, str], authorization: str | None) -> tuple[int, Claims]:
        self.asked.append(form)
        self.authorization.append(authorization)
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or asked["code_challenge"] != _challenge(form["code_verifier"]):
            return 400, {"error": "invalid_grant"}
        base = {
            "iss": self.url,
            "sub": "ana",
            "iat": int(self.clock().timestamp()),
            "exp": int(self.clock().timestamp()) + 300,
        }
        identity = base | {"aud": asked["client_id"], "nonce": asked["nonce"]} | self.identity
        access = "opaque" if self.access is None else self.sign(base | {"aud": "afterglow"} | self.access)
        return 200, {"token_type": "Bearer", "access_token": access, "id_token": self.sign(identity)}


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
