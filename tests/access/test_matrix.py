"""Every way into every service, tried by every role in every situation, answers as docs/access.md says.

The table itself is each service's policy. What follows from it is said here anew, so that the guard has to agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.store.reach import Condition
from shared.testing.html import without_masks
from shared.web.audit_words import ACTION_WORDS
from shared.web.face.live import FOLLOW
from shared.web.policy import Role
from stack.access import address, public_ways

from .town import CEDAR, EVERY_CLINIC_HAS, MAPLE, Somebody, Town, Who

LEADS_ON = "home.home_page"
"""It shows nothing: it leads to where somebody begins."""

STREAM = "live.live"
"""It says that something changed, and no more; shared/tests/web/face/test_live.py asks whom it lets in."""

OPEN_TO_ALL = {
    "health.live",
    "health.ready",
    "health.metrics",
    "api-docs.openapi_json",
    "shared.file",
    "shared.worker",
}
"""What every service answers to whoever asks. Its public doors and pages are in docs/access.md, below `Without one`."""

SENTENCES = {
    "role_may_not": "None of your roles may do this",
    "not_on_your_caseload": "This client is not on your caseload",
    "not_at_this_clinic": "This sign-in has no role at that clinic",
    "not_found": "There is no such",
}


@dataclass(frozen=True)
class Case:
    """One call: which entrance, by whom, about whom."""

    endpoint: str
    who: Who | None
    about: Somebody
    names: Mapping[str, str]
    situation: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a call was answered: the status, and which rule said no."""

    status: int
    code: str | None
    body: str

    @classmethod
    def of(cls, answer: TestResponse, case: Case) -> "Told":
        body = without_masks(answer.get_data().decode(errors="replace"))
        for name, value in case.names.items():
            body = body.replace(value, f"<{name}>")
        body = re.sub(r"matrix-\d+", "<request>", body)
        if answer.mimetype == "application/problem+json":
            return cls(answer.status_code, answer.get_json()["code"], body)
        said = [code for code, sentence in SENTENCES.items() if answer.status_code >= 400 and sentence in body]
        return cls(answer.status_code, said[0] if said else None, body)


@dataclass
class Walk:
    """All calls at one service, and what was not as the table says."""

    town: Town
    calls: int = 0
    deviations: list[str] = field(default_factory=list)
    denied: dict[str, Case] = field(default_factory=dict)
    read: dict[str, tuple[Case, str | None]] = field(default_factory=dict)
    never_was: dict[str, str] = field(default_factory=dict)

    def all(self) -> None:
        town = self.town
        # What changes something comes last, so that everything is there to be read.
        for endpoint in sorted(town.entrances, key=lambda name: town.entrances[name].method != "GET"):
            self.strangers(endpoint)
            for role in Role:
                self.at_home(endpoint, role)
                self.elsewhere(endpoint, role)

    def strangers(self, endpoint: str) -> None:
        """Nobody, somebody whose sign-in has run out, and somebody whose roles are at the other clinic alone."""
        house = self.town.maple
        names = self.town.names(endpoint, MAPLE, house, house.known)
        late = Who.of(Role.PRESCRIBER, MAPLE, hours_ago=24)
        if self.town.is_page(endpoint):
            for who in (None, late):
                told = self.call(Case(endpoint, who, house.known, names, "signed out"))
                self.expect(told.status in (303, 307), told, endpoint, "leads to where one signs in")
        else:
            for who, code in ((None, "token_missing"), (late, "token_expired")):
                told = self.call(Case(endpoint, who, house.known, names, code))
                self.expect((told.status, told.code) == (401, code), told, endpoint, code)
        if self.town.is_page(endpoint) and "clinic" not in names:
            return
        foreign = Who.of(Role.PRESCRIBER, CEDAR)
        case = Case(endpoint, foreign, house.known, names, "of another clinic", {"Afterglow-Clinic": MAPLE})
        told = self.call(case)
        self.expect((told.status, told.code) == (403, "not_at_this_clinic"), told, endpoint, case.situation)

    def at_home(self, endpoint: str, role: Role) -> None:
        """About a client whom this role's condition covers, and about one whom it may not."""
        house = self.town.maple
        for about in (house.known, house.other):
            who = Who.of(role, MAPLE, house.known.id if role is Role.CLIENT else None)
            names = self.town.names(endpoint, MAPLE, house, about)
            if about is house.other and (not self._aimed(endpoint) or self._condition(endpoint, role) is None):
                continue
            grounds = self._grounds(endpoint, role, covered=about is house.known)
            case = Case(
                endpoint, who, about, names, f"{role} about {'a covered' if about is house.known else 'another'}"
            )
            self.compare(case, role, grounds)

    def elsewhere(self, endpoint: str, role: Role) -> None:
        """At the other clinic, what is Maple's and what never was are the same."""
        maple, cedar = self.town.maple, self.town.cedar
        who = Who.of(role, CEDAR, cedar.known.id if role is Role.CLIENT else None)
        real = self.town.names(endpoint, CEDAR, maple, maple.known)
        made_up = {name: self._never_was(name, value) for name, value in real.items()}
        if real == made_up:
            case = Case(endpoint, who, cedar.known, real, f"{role} at Cedar")
            self.compare(case, role, self._grounds(endpoint, role))
            return
        cases = [Case(endpoint, who, maple.known, names, f"{role} at Cedar") for names in (real, made_up)]
        theirs, nowhere = (self.call(case) for case in cases)
        self.expect(theirs == nowhere, (theirs, nowhere), endpoint, f"{role}: another clinic's is as what never was")
        if self._condition(endpoint, role) is None:
            right = {(403, "role_may_not")}
        else:
            right = {(404, "not_found"), (403, "not_on_your_caseload"), (422, theirs.code)}
            right |= {(200, None)} if self.town.entrances[endpoint].method == "GET" else set()
        self.expect((theirs.status, theirs.code) in right, theirs, endpoint, f"{role} at Cedar about what is Maple's")

    def compare(self, case: Case, role: Role, grounds: str | None) -> None:
        """What the table says of a role with that condition about that client, and what it is told."""
        told = self.call(case)
        condition = self._condition(case.endpoint, role)
        if condition is None:
            self.expect((told.status, told.code) == (403, "role_may_not"), told, case.endpoint, case.situation)
        elif grounds == "hidden":
            self.denied[self.request_id] = case
            self.expect((told.status, told.code) == (404, "not_found"), told, case.endpoint, case.situation)
        elif grounds == "not covered":
            right = (403, "not_on_your_caseload")
            self.expect((told.status, told.code) == right, told, case.endpoint, case.situation)
        else:
            self.expect(self._is_let_in(case, told), told, case.endpoint, case.situation)
            if told.status == 200 and self.town.entrances[case.endpoint].method == "GET":
                self.read[self.request_id] = case, grounds

    def _is_let_in(self, case: Case, told: Told) -> bool:
        """Whoever may read gets it; whoever may change something is at most told that the content does not do."""
        if case.endpoint in self.town.particulars.empty:
            return told.status == 404
        if case.endpoint == LEADS_ON:
            return told.status == 303
        if self.town.entrances[case.endpoint].method == "GET" and case.about in (
            self.town.maple.known,
            self.town.cedar.known,
        ):
            return told.status == 200
        return told.status in (200, 201, 303, 404, 409, 412, 422)

    def call(self, case: Case) -> Told:
        self.calls += 1
        path = self.town.path(case.endpoint, case.names)
        answer = self.town.call(case.endpoint, path, case.who, self.request_id, **case.headers)
        told = Told.of(answer, case)
        if told.code in ("role_may_not", "not_on_your_caseload"):
            self.denied[self.request_id] = case
        return told

    @property
    def request_id(self) -> str:
        return f"matrix-{self.calls:06}"

    def expect(self, right: bool, told: Any, endpoint: str, situation: str) -> None:
        if not right:
            entrance = self.town.entrances[endpoint]
            self.deviations.append(f"{entrance.method} {entrance.rule} ({entrance.may}), {situation}: {told!s:.300}")

    def _condition(self, endpoint: str, role: Role) -> Condition | None:
        may = self.town.entrances[endpoint].may
        return self.town.particulars.narrower.get((may, role)) or self.town.policy[may].get(role)

    def _aimed(self, endpoint: str) -> bool:
        return bool({"client_id", *self.town.service.whose} & set(self.town.entrances[endpoint].arguments))

    def _grounds(self, endpoint: str, role: Role, *, covered: bool = True) -> str | None:
        """On what somebody in that role gets at the client of the address; None where it names nobody."""
        condition = self._condition(endpoint, role)
        if condition is None or not self._aimed(endpoint):
            return None
        if condition is Condition.CLINIC:
            return "role"
        if condition is Condition.OWN:
            return "own" if covered else "hidden"
        if not covered:
            return "not covered"
        return "caseload" if condition is Condition.CASELOAD else "opened:"

    def _never_was(self, name: str, value: str) -> str:
        """In the place of what is Maple's one that there never was, always the same; what every clinic has stays."""
        return value if name in EVERY_CLINIC_HAS else self.never_was.setdefault(value, str(uuid4()))


@pytest.fixture(scope="module")
def walk(town: Town) -> Walk:
    made = Walk(town)
    made.all()
    return made


def test_every_role_is_let_in_where_the_table_says_so_and_nowhere_else(walk: Walk, record_property: Any) -> None:
    ways, roles = len(walk.town.entrances), len(Role)
    found = len(walk.deviations)
    counted = f"{walk.town.service.name}: {ways} ways in × {roles} roles, {walk.calls} calls, {found} deviations"
    record_property("figure", f"access matrix of {counted}")
    assert walk.deviations == [], "\n".join(walk.deviations[:20])


def test_every_denial_is_in_the_audit_and_every_reading_with_its_grounds(walk: Walk) -> None:
    with walk.town.bench.owner.connect() as connection:
        query = text("select request_id, action, actor, outcome, grounds, clients from audit")
        lines: dict[str, list[Any]] = {}
        for line in connection.execute(query):
            lines.setdefault(line.request_id, []).append(line)
    wrong = [
        (case.endpoint, case.situation)
        for request_id, case in walk.denied.items()
        if [line.outcome for line in lines.get(request_id, [])] != ["denied"]
    ]
    for request_id, (case, grounds) in walk.read.items():
        done = [line for line in lines.get(request_id, []) if line.outcome in ("done", "shown")]
        right = len(done) == 1 and done[0].action == walk.town.entrances[case.endpoint].may
        if right and grounds is not None:
            right = (done[0].grounds or "").startswith(grounds) and done[0].clients == [case.about.id]
        if not right:
            wrong.append((case.endpoint, case.situation))
    assert wrong == []
    assert walk.denied
    assert walk.read


def test_every_address_is_in_the_table_or_open_to_all_on_purpose(town: Town) -> None:
    open_by_table = {way for way, _ in public_ways(town.service)}
    for rule in town.bench.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            known = rule.endpoint in town.entrances or f"{method} {address(rule.rule)}" in open_by_table
            assert known or rule.endpoint in OPEN_TO_ALL | {STREAM}, rule


def test_every_row_of_the_table_opens_something(town: Town) -> None:
    assert set(town.policy) == {entrance.may for entrance in town.entrances.values()} | {FOLLOW}


def test_whoever_has_no_sign_in_reads_what_is_open_to_all(town: Town) -> None:
    caller = town.bench.as_nobody()
    for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/look/0/all.css"):
        with caller.get(path) as answer:
            assert answer.status_code == 200, path


def test_whatever_may_be_done_anywhere_has_words_in_the_audit(town: Town) -> None:
    assert set(town.policy) - set(ACTION_WORDS) == set()
