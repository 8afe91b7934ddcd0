"""Two clinics full of real rows at one service, and the people who call there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.service import Service
from shared.store.reach import Condition
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.web.auth import Caller
from shared.web.entrances import Entrance
from shared.web.factory import COMMON, common_entrances, own_entrances
from shared.web.policy import Policy, Role
from shared.web.sign_in import COOKIE, SignIn

MAPLE, CEDAR = "maple", "cedar"
HERE = "{the clinic of whoever calls}"


PARTNER = "harbor"
"""For whom everybody works who works for a partner; of whoever does not, nobody reads it."""


EVERY_CLINIC_HAS = frozenset({"clinic", "number", "plan_kind", "instrument"})
"""What addresses name that is no clinic's own, and tells nothing of one."""


@dataclass
class Somebody:
    """A client of a clinic, with the ids of what is theirs by the names that these have in addresses."""

    clinic: str
    id: UUID = field(default_factory=uuid4)
    ids: dict[str, str] = field(default_factory=dict)
    email: str = ""

    def __post_init__(self) -> None:
        self.email = f"{self.id.hex[:8]}@mail-of-{self.clinic}.example"


@dataclass
class House:
    """A clinic. `known` is on the caseload of its therapist, and its network administrator has opened their record;
    `other` is a client of the clinic as well, and neither. `ids` are of what is about no client.
    """

    clinic: str
    known: Somebody
    other: Somebody
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, clinic: str) -> "House":
        return cls(clinic, Somebody(clinic), Somebody(clinic))


@dataclass(frozen=True)
class Particulars:
    """What cannot be told from a declaration about how an entrance is called.

    `said` is the body or the form, where the declaration's sample will not do or where it would change who may see
    whom; `named` says which of the prepared ids an address means, where its name is another; `empty` are entrances
    whose thing cannot be made to be there, so that whoever may is told that it is not. `narrower` is on which condition
    a role may do something where the policy lets it come to anybody, and the service itself says to whom.
    """

    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    narrower: Mapping[tuple[str, Role], Condition] = field(default_factory=dict)


@dataclass
class Town:
    """A service with both clinics in it. Time stands still."""

    bench: Bench
    houses: dict[str, House]
    particulars: Particulars
    _tokens: dict[Any, str] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        return self.bench.service

    @property
    def maple(self) -> House:
        return self.houses[MAPLE]

    @property
    def cedar(self) -> House:
        return self.houses[CEDAR]

    @cached_property
    def entrances(self) -> dict[str, Entrance]:
        return own_entrances(self.service) | common_entrances()

    @cached_property
    def policy(self) -> Policy:
        return COMMON | self.service.policy

    def is_page(self, endpoint: str) -> bool:
        return any(endpoint.startswith(f"{name}.") for name in ("audit_pages", "operating_pages", *self._pages))

    @cached_property
    def _pages(self) -> set[str]:
        return {pages.blueprint.name if hasattr(pages, "entrances") else pages.name for pages in self.service.pages}

    def names(self, endpoint: str, clinic: str, house: House, who: Somebody) -> dict[str, str]:
        """What an entrance's address is filled with. AssertionError where nobody has prepared that."""
        there = {"client_id": str(who.id), "clinic": clinic, "number": "1", "staff": f"nobody-at-{house.clinic}"}
        there |= house.ids | who.ids
        otherwise = self.particulars.named.get(endpoint, {})
        wanted = {name: otherwise.get(name, name) for name in self.entrances[endpoint].arguments}
        missing = {each for each in wanted.values() if each not in there}
        assert not missing, f"{endpoint} needs {missing}: have tests/access/rows/{self.service.name}.py make one"
        return {name: there[each] for name, each in wanted.items()}

    def path(self, endpoint: str, names: Mapping[str, str]) -> str:
        parts = self.entrances[endpoint].rule.split("/")
        filled = [names[part.strip("<>").rpartition(":")[2]] if part.startswith("<") else part for part in parts]
        return f"/{self.service.name}{'/'.join(filled)}"

    def said(self, endpoint: str) -> Mapping[str, Any]:
        body = self.entrances[endpoint].body
        return self.particulars.said.get(endpoint, {} if body is None else body.sample_data())

    def call(self, endpoint: str, path: str, who: "Who | None", request_id: str, **headers: str) -> TestResponse:
        """Somebody at a door, with a token, or at a page, with a cookie and the form's own field."""
        client = self.bench.app.test_client(use_cookies=True)
        entrance, said = self.entrances[endpoint], dict(self.said(endpoint))
        said = {name: who.at if who and value == HERE else value for name, value in said.items()}
        sent: dict[str, Any] = {"headers": {"X-Request-Id": request_id, "If-Match": '"1"', **headers}}
        if not self.is_page(endpoint):
            if who is not None:
                sent["headers"]["Authorization"] = f"Bearer {self.token(who)}"
            if entrance.method != "GET":
                sent["json"] = said
        else:
            if who is not None:
                client.set_cookie(COOKIE, self.token(who, cookie=True), secure=True)
            if entrance.method == "POST":
                sent["data"] = said | {"csrf": "" if who is None else self._sign_in(who).proof}
                sent["headers"]["Sec-Fetch-Site"] = "same-origin"
        answer: TestResponse = client.open(path, method=entrance.method, base_url="https://localhost", **sent)
        return answer

    def token(self, who: "Who", *, cookie: bool = False) -> str:
        """The token of somebody, for the doors, or as the cookie of the pages; made once."""
        if (who, cookie) not in self._tokens:
            now = self._seen(who)
            if cookie:
                made = self._sign_in(who).token(self.bench.signer.sign_in_key, now)
            else:
                claim = {clinic: sorted(roles) for clinic, roles in who.grants}
                made = self.bench.signer.token(
                    now, subject=who.subject, client_id=who.client_id, afterglow=claim, partner=PARTNER
                )
            self._tokens[who, cookie] = made
        return self._tokens[who, cookie]

    def _sign_in(self, who: "Who") -> SignIn:
        grants = {clinic: frozenset(roles) for clinic, roles in who.grants}
        caller = Caller(who.subject, grants, who.client_id, PARTNER)
        ends_at = self._seen(who) + timedelta(minutes=30)
        return SignIn("a sign-in", caller, "Ana Ortiz", who.at, "the form's own", ends_at)

    def _seen(self, who: "Who") -> datetime:
        return self.bench.clock() - timedelta(hours=who.hours_ago)


@dataclass(frozen=True)
class Who:
    """Somebody with a sign-in of that long ago, and roles at clinics; at the pages they are `at` one of these."""

    subject: str
    grants: tuple[tuple[str, tuple[str, ...]], ...]
    at: str
    client_id: UUID | None = None
    hours_ago: int = 0

    @classmethod
    def of(cls, role: str, clinic: str, client_id: UUID | None = None, *, hours_ago: int = 0) -> "Who":
        return cls(f"{role}-at-{clinic}", ((clinic, (role,)),), clinic, client_id, hours_ago)


def park_timer(bench: Bench, house: House) -> None:
    """A timer of a kind that this release does not know any more: it fails until it is parked."""
    with bench.store.transaction(house.clinic, Actor("test"), Origin("test", "test", "test")) as tx:
        tx.set_timer("of_an_older_release", subject=house.known.id, due_at=tx.now, key=str(house.known.id))
    began = bench.clock.at
    for _ in range(8):
        bench.advance(hours=1)
    bench.clock.at = began
    with bench.owner.connect() as connection:
        query = "select id from timer where kind = 'of_an_older_release' and clinic = :clinic"
        house.ids["timer_id"] = str(connection.scalar(text(query), {"clinic": house.clinic}))
