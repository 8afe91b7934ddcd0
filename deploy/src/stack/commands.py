"""The commands that know the whole platform: to run it, to try it, and to write its documents."""

import json
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click

from shared import clock
from shared.local.processes import LocalServerError
from shared.settings import TRY_OUT_ISSUER
from shared.web.policy import Role
from stack.databases import data_option
from stack.issuer import SAMPLE_PEOPLE, LocalIssuer


@click.command()
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
        raise click.ClickException(str(error)) from None


_keys_option = click.option(
    "--keys",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="The folder of the signing key that the platform believes; default: keys in the data folder.",
)


@click.command()
@click.option("--person", type=click.Choice(list(SAMPLE_PEOPLE)), default=None, help="One of the sample people.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=None, help="Or somebody in that role."
)
@click.option("--clinic", default="maple", show_default=True, help="For --role: at which clinic.")
@click.option("--client-id", type=click.UUID, default=None, help="For the role client: whose own.")
@click.option("--minutes", default=60, show_default=True, help="How long it is good for.")
@data_option
@_keys_option
def token(
    person: str | None,
    role: str | None,
    clinic: str,
    client_id: UUID | None,
    minutes: int,
    data: Path,
    keys: Path | None,
) -> None:
    """Print a bearer token of the embedded platform's own issuer, to try the API with.

    Example: curl -H "Authorization: Bearer $(afterglow token --role front_desk)" http://127.0.0.1:8000/intake/inquiries
    """
    issuer = LocalIssuer(keys or data / "keys")
    if not issuer.exists:
        raise click.ClickException(f"There is no issuer in {keys or data}: start the platform first (afterglow run).")
    lifetime = timedelta(minutes=minutes)
    if person is not None and role is None:
        chosen = SAMPLE_PEOPLE[person]
        click.echo(issuer.token(clock.now(), chosen.grants, subject=chosen.subject, lifetime=lifetime))
        return
    if role is None or person is not None:
        raise click.UsageError("Say whose: --person with one of the sample people, or --role.")
    if role == Role.CLIENT and client_id is None:
        raise click.UsageError("A client's token needs --client-id.")
    subject = f"client-{client_id}" if client_id else f"{role.replace('_', '-')}-at-{clinic}"
    click.echo(issuer.token(clock.now(), {clinic: [role]}, subject=subject, client_id=client_id, lifetime=lifetime))


@click.command()
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
@click.option("--json", "as_json", is_flag=True, help="The history for machines.")
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
    from stack.demo.run import DemoFailedError, run_demo

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
            keys=keys or data / "keys",
            baseline=answers,
            receiver_host=receiver_host,
            resume=resume,
            as_json=as_json,
        )
    except DemoFailedError as failure:
        click.echo(f"demo failed: {failure}", err=True)
        sys.exit(1)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a document is stale.")
def docs(check: bool) -> None:
    """Write the documents that are generated from this checkout, in docs and in the services' READMEs."""
    from stack.documents import documents

    stale = [
        (path, text) for path, text in documents(Path.cwd()).items() if not path.exists() or path.read_text() != text
    ]
    for path, text in stale:
        click.echo(f"{'stale' if check else 'written'}: {path}")
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and stale:
        raise click.ClickException("Run `make docs`.")


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the signing key.")
@click.option("--publish", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the public keys.")
@click.option(
    "--sign-in",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="For the keys of signing in at pages, as `python -m intake sign-in keys` makes them.",
)
def keys(folder: Path, publish: Path, sign_in: Path | None) -> None:
    """Make a signing key for trying Afterglow out where there is no OIDC provider, and publish its public half."""
    issuer = LocalIssuer(folder)
    issuer.ensure(TRY_OUT_ISSUER)
    publish.mkdir(parents=True, exist_ok=True)
    (publish / issuer.jwks.name).write_bytes(issuer.jwks.read_bytes())
    click.echo(f"public keys in {publish / issuer.jwks.name}")
    if sign_in is not None:
        from intake.access.keys import PUBLIC, ensure_keys

        ensure_keys(sign_in, publish)
        click.echo(f"public keys in {publish / PUBLIC}")


@click.command()
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
        raise click.ClickException(str(error)) from None
