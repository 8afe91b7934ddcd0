"""The commands that know the whole platform: to run it, to try it, and to write its documents."""

import json
import signal
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click

from shared import clock
from shared.console import Audience, Away, BadNews, command, json_option, print_json, print_lines
from shared.local.processes import LocalServerError
from shared.settings import TRY_OUT_ISSUER
from shared.web.policy import Role
from stack.completing import complete_clinics
from stack.databases import data_option
from stack.issuer import SAMPLE_PEOPLE, LocalIssuer


@command(
    audience=Audience.TRY,
    short_help="Start the whole platform on this machine",
    examples=[
        ("", "at http://127.0.0.1:8000, with its data in .afterglow"),
        ("--port 8010 --data /tmp/afterglow", "another one beside it"),
    ],
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where to serve, on 127.0.0.1."
)
@data_option
def run(port: int, data: Path) -> None:
    """Start the whole platform on this machine: PostgreSQL, four services, their workers and two sample clinics."""
    from stack.embedded import run as run_embedded

    try:
        run_embedded(port, data)
    except LocalServerError as error:
        raise BadNews("cannot_start", str(error)) from None


_keys_option = click.option(
    "--keys",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="The folder of the signing key that the platform believes; default: keys in the data folder.",
)


@command(
    audience=Audience.TRY,
    short_help="A bearer token, to try the API with",
    examples=[
        ("--person wren", "as one of the sample people"),
        ("--role nurse --clinic cedar --minutes 5", "as somebody in that role, for a while"),
        ("--person sam --json | jq -r .expires_at", "until when it is good"),
    ],
)
@click.option("--person", type=click.Choice(list(SAMPLE_PEOPLE)), default=None, help="One of the sample people.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=None, help="Or somebody in that role."
)
@click.option(
    "--clinic",
    default="maple",
    show_default=True,
    shell_complete=complete_clinics,
    help="For --role: at which clinic.",
)
@click.option("--client-id", type=click.UUID, default=None, help="For the role client: whose own.")
@click.option("--minutes", default=60, show_default=True, help="How long it is good for.")
@json_option
@data_option
@_keys_option
def token(
    person: str | None,
    role: str | None,
    clinic: str,
    client_id: UUID | None,
    minutes: int,
    as_json: bool,
    data: Path,
    keys: Path | None,
) -> None:
    """Print a bearer token of the embedded platform's own issuer, to try the API with.

    Example: curl -H "Authorization: Bearer $(afterglow token --role front_desk)" http://127.0.0.1:8000/intake/inquiries
    """
    issuer = LocalIssuer(keys or data / "keys")
    if not issuer.exists:
        message = f"There is no issuer in {keys or data}: start the platform first (afterglow run)."
        raise Away("no_platform", message)
    subject, grants = _whose(person, role, clinic, client_id)
    made_at, lifetime = clock.now(), timedelta(minutes=minutes)
    own = client_id if person is None else None
    more = SAMPLE_PEOPLE[person].claims if person is not None else None
    made = issuer.token(made_at, grants, subject=subject, client_id=own, more=more, lifetime=lifetime)
    if as_json:
        expires_at = (made_at + lifetime).isoformat(timespec="seconds")
        print_json({"token": made, "subject": subject, "grants": grants, "expires_at": expires_at})
    else:
        click.echo(made)


def _whose(
    person: str | None, role: str | None, clinic: str, client_id: UUID | None
) -> tuple[str, Mapping[str, list[str]]]:
    """Who a token speaks for, and what they are where."""
    if person is not None and role is None:
        return SAMPLE_PEOPLE[person].subject, SAMPLE_PEOPLE[person].grants
    if role is None or person is not None:
        raise click.UsageError("Say whose: --person with one of the sample people, or --role.")
    if role == Role.CLIENT and client_id is None:
        raise click.UsageError("A client's token needs --client-id.")
    return f"client-{client_id}" if client_id else f"{role.replace('_', '-')}-at-{clinic}", {clinic: [role]}


@command(
    audience=Audience.TRY,
    short_help="Take one client through the whole journey",
    examples=[
        ("", "against the platform of `afterglow run`"),
        ("--url http://127.0.0.1:8010 --data /tmp/afterglow", "against another one"),
        ("--resume", "go on where the last run stopped"),
        ("--json | jq '.events[].event'", "her history, for programs"),
    ],
)
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    envvar="AFTERGLOW_URL",
    show_envvar=True,
    help="The platform.",
)
@click.option(
    "--service-url",
    "service_urls",
    multiple=True,
    metavar="NAME=URL",
    help="Where one service is, when there is no gateway; may be repeated.",
)
@data_option
@_keys_option
@click.option(
    "--phq9",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="The client's baseline PHQ-9 as a FHIR R4 QuestionnaireResponse; examples ship with Afterglow.",
)
@click.option("--receiver-host", default="127.0.0.1", show_default=True, help="Where the partner's webhook listens.")
@click.option("--resume", is_flag=True, help="Go on with the last run that did not finish.")
@json_option
def demo(
    url: str,
    service_urls: tuple[str, ...],
    data: Path,
    keys: Path | None,
    phq9: Path | None,
    receiver_host: str,
    resume: bool,
    as_json: bool,
) -> None:
    """Take one client through the whole journey over HTTP, as the right people, and print her history in order.

    Ends with 0 only if every step and every expected event was there.
    """
    from stack.demo.run import DemoFailedError, PlatformAwayError, run_demo

    try:
        addresses = dict(pair.split("=", 1) for pair in service_urls)
    except ValueError:
        raise click.UsageError("--service-url wants NAME=URL, as intake=http://127.0.0.1:8101") from None
    answers = json.loads(phq9.read_text(encoding="utf-8")) if phq9 else None
    try:
        run_demo(
            url=url,
            addresses=addresses,
            folder=data / "demo",
            mail=data / "mail",
            keys=keys or data / "keys",
            baseline=answers,
            receiver_host=receiver_host,
            resume=resume,
            as_json=as_json,
        )
    except PlatformAwayError as away:
        raise Away("platform_away", f"demo failed: {away}") from None
    except DemoFailedError as failure:
        raise BadNews("demo_failed", f"demo failed: {failure}") from None


@command(
    audience=Audience.DEVELOP,
    short_help="Write the documents that come from the code",
    examples=[
        ("", "in docs, and in the services' READMEs"),
        ("--check", "fail where one is stale, and change nothing"),
    ],
)
@click.option("--check", is_flag=True, help="Change nothing; fail if a document is stale.")
@json_option
def docs(check: bool, as_json: bool) -> None:
    """Write the documents that are generated from this checkout, in docs and in the services' READMEs."""
    from stack.documents import documents

    stale = [
        (path, text) for path, text in documents(Path.cwd()).items() if not path.exists() or path.read_text() != text
    ]
    for path, text in stale:
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if not as_json:
            print_lines([f"{'stale' if check else 'written'}: {path}"])
    if as_json:
        print_json({"stale" if check else "written": [str(path) for path, _ in stale]})
    if check and stale:
        raise BadNews("documents_stale", "Run `make docs`.")


@command(
    audience=Audience.TRY,
    short_help="A signing key, where there is no OIDC provider",
    examples=[
        ("--folder keys --publish jwks", "the private half there, the public one here"),
        ("--folder keys --publish jwks --sign-in sign-in", "with the keys of signing in at pages"),
    ],
)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the signing key.")
@click.option("--publish", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the public keys.")
@click.option(
    "--sign-in",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="For the keys of signing in at pages, as `python -m intake sign-in keys` makes them.",
)
@json_option
def keys(folder: Path, publish: Path, sign_in: Path | None, as_json: bool) -> None:
    """Make a signing key for trying Afterglow out where there is no OIDC provider, and publish its public half."""
    issuer = LocalIssuer(folder)
    issuer.ensure(TRY_OUT_ISSUER)
    publish.mkdir(parents=True, exist_ok=True)
    (publish / issuer.jwks.name).write_bytes(issuer.jwks.read_bytes())
    published = [publish / issuer.jwks.name]
    if sign_in is not None:
        from intake.access.keys import PUBLIC, ensure_keys

        ensure_keys(sign_in, publish)
        published.append(publish / PUBLIC)
    if as_json:
        print_json({"public_keys": [str(path) for path in published]})
    else:
        print_lines(f"public keys in {path}" for path in published)


@command(
    "mail-sink",
    audience=Audience.TRY,
    short_help="A mail server that takes mails and delivers none",
    examples=[
        ("--folder mails", "on 127.0.0.1:2525"),
        ("--folder mails --host 0.0.0.0 --port 1025", "for containers beside it"),
    ],
)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where mails are kept.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=2525, show_default=True)
def mail_sink(folder: Path, host: str, port: int) -> None:
    """Take every mail and deliver none: a mail server for trying Afterglow out."""
    from stack.mail_sink import MailSink

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        with MailSink(folder, host, port):
            ended.wait()
    except OSError as error:
        raise BadNews("cannot_start", str(error)) from None
