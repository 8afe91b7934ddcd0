"""Running the journey: from its beginning or from where it stopped, with a history at the end that must be complete."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.console import Column, Progress, print_json, print_lines, print_table, progress
from stack.demo.journey import SERVICES, Journey
from stack.demo.partner import PartnerSystem
from stack.demo.platform import DemoFailedError, Platform, PlatformAwayError, eventually
from stack.demo.story import STEPS, WHAT_TO_SEE
from stack.issuer import LocalIssuer

__all__ = ["DemoFailedError", "PlatformAwayError", "run_demo"]

# What each service must have told about Rosa, in its order. notify's own five messages may be sent in any order.
EXPECTED = {
    "intake": [
        "client.registered",
        "caseload.joined",
        "client.updated",
        "screening.submitted",
        "screening.flagged",
        "clearance.decided",
        "consent.granted",
        "consent.granted",
        "consent.granted",
    ],
    "sessions": [
        "series.planned",
        "appointment.booked",
        "escort.confirmed",
        "session.checked_in",
        "session.dosed",
        "session.discharged",
        "session.completed",
        "appointment.booked",
    ],
    "integration": [
        "intention.set",
        "window.opened",
        "measure.scored",
        "entry.shared",
        "commitment.made",
        "commitment.reviewed",
    ],
    "notify": ["message.sent"] * 5,
}


def run_demo(
    *,
    url: str,
    addresses: Mapping[str, str],
    folder: Path,
    mail: Path,
    keys: Path,
    baseline: dict[str, Any] | None,
    receiver_host: str,
    resume: bool,
    as_json: bool,
) -> None:
    """Drive the journey and print the client's history. Raises DemoFailedError if anything is missing."""
    issuer = LocalIssuer(keys)
    if not issuer.exists:
        raise PlatformAwayError(f"there is no signing key in {keys}: start the platform first, or say --data or --keys")
    state = _State.last(folder) if resume else _State.new(folder)
    loopback = receiver_host in ("127.0.0.1", "localhost")
    bind = "127.0.0.1" if loopback else "0.0.0.0"  # nosec B104 # the platform is on another host then.
    partner = PartnerSystem(state.folder / "webhooks.jsonl", host=bind, port=state.facts.get("partner_port", 0))
    state.facts["partner_port"] = partner.port
    if "secret" in state.facts:
        partner.trust(state.facts["secret"])
    partner.start()
    journey = Journey(
        state.run,
        state.facts,
        Platform(url, addresses, issuer),
        partner,
        partner_url=f"http://{receiver_host}:{partner.port}/webhooks",
        baseline=baseline,
    )
    with progress("the journey", len(STEPS)) as bar:
        _take_steps(journey, state, bar)
    history = eventually("every expected event", lambda: _complete(journey))
    partner.stop()
    state.facts["finished"] = True
    state.save()
    _print(journey, history, mail, as_json=as_json)


def _take_steps(journey: Journey, state: "_State", bar: Progress) -> None:
    for title, function in STEPS:
        if function.__name__ not in state.done:
            journey.begin(function.__name__)
            try:
                function(journey)
            except DemoFailedError as failure:
                raise type(failure)(f"{title}: {failure}") from None
            finally:
                state.save()
            state.done.append(function.__name__)
            state.save()
            bar.note(f"  ✓ {title}")
        bar.advance()


class _State:
    """What a run remembers on disk: its facts and the steps that are done."""

    def __init__(self, folder: Path, run: str, facts: dict[str, Any], done: list[str]) -> None:
        self.folder = folder
        self.run = run
        self.facts = facts
        self.done = done

    @classmethod
    def new(cls, base: Path) -> "_State":
        run = secrets.token_hex(4)
        folder = base / run
        folder.mkdir(parents=True)
        left = cls.last(base).facts.get("left", []) if (base / "last").exists() else []
        made = cls(folder, run, {"left": left}, [])
        made.save()
        (base / "last").write_text(run, encoding="utf-8")
        return made

    @classmethod
    def last(cls, base: Path) -> "_State":
        try:
            run = (base / "last").read_text(encoding="utf-8")
            content = json.loads((base / run / "state.json").read_text(encoding="utf-8"))
        except OSError:
            raise DemoFailedError("there is no run to resume") from None
        return cls(base / run, run, content["facts"], content["done"])

    def save(self) -> None:
        fresh = self.folder / "state.new"
        fresh.write_text(json.dumps({"facts": self.facts, "done": self.done}), encoding="utf-8")
        fresh.replace(self.folder / "state.json")


def _complete(journey: Journey) -> list[dict[str, Any]] | None:
    """Rosa's events of all services by time, once all that are expected are there; extra or missing ones fail."""
    history: list[dict[str, Any]] = []
    for service in SERVICES:
        events = journey.told(service)
        if [event["sequence"] for event in events] != list(range(1, len(events) + 1)):
            raise DemoFailedError(f"{service}'s sequence has a gap: {events}")
        told = [event["type"].split(".", 2)[2].rsplit(".v", 1)[0] for event in events]
        if len(told) < len(EXPECTED[service]):
            return None
        if told != EXPECTED[service]:
            raise DemoFailedError(f"{service} told {told}, not {EXPECTED[service]}")
        history += [{"service": service, "event": name} | event for name, event in zip(told, events, strict=True)]
    return sorted(
        history, key=lambda event: (event["occurred_at"], SERVICES.index(event["service"]), event["sequence"])
    )


def _print(journey: Journey, history: list[dict[str, Any]], mail: Path, *, as_json: bool) -> None:
    if as_json:
        received = [hook["event"] for hook in journey.partner.received()]
        document = {
            "run": journey.run,
            "client": str(journey.rosa),
            "email": journey.email(),
            "events": history,
            "partner": received,
        }
        print_json(document)
        return
    columns = [Column("time (UTC)"), Column("service"), Column("#", numeric=True), Column("event")]
    rows = [
        (event["occurred_at"][11:23], event["service"], str(event["sequence"]), event["event"]) for event in history
    ]
    print_table(columns, rows, title=f"Rosa's history: {len(history)} events of {len(SERVICES)} services")
    lines = [f"The partner received {len(journey.partner.received())} signed webhooks, in order.", ""]
    lines.append(f"Look at Maple now: {journey.platform.url}/intake/sign-in/staff")
    lines += [f"  {who} sees {what}." for who, what in WHAT_TO_SEE]
    lines += ["", f"Rosa signs in at {journey.platform.url}/intake/clinics/maple/sign-in with {journey.email()}"]
    # A platform in containers keeps what it sends with its own sink.
    lines[-1] += f"; her link comes to {mail}." if mail.is_dir() else "; her link comes by mail."
    print_lines(lines)
