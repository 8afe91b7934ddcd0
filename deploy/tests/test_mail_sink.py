import logging
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from notify.adapters.smtp import Mail, SmtpMailer
from stack.mail_sink import MailSink, keep, read_mails


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail with a space") as sink:
        yield sink


def message(message_id: str | None = "<0193-a@afterglow.example>", text: str = "Please sign in.\n") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "no-reply@afterglow.example"
    mail["To"] = "shown@example.org"
    mail["Subject"] = "Un mensaje de su clínica ✓"
    if message_id is not None:
        mail["Message-ID"] = message_id
    mail.set_content(text)
    return mail


def send(sink: MailSink, mail: EmailMessage, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="localhost", timeout=10) as server:
        server.send_message(mail, to_addrs=recipients or ["ana.p@example.org"])


def test_a_mail_is_in_the_folder_as_soon_as_the_sender_hears_that_it_was_taken(sink: MailSink) -> None:
    before = datetime.now(UTC)

    send(sink, message(text="Buenos días.\n.\nHasta luego.\n"))

    [mail] = read_mails(sink.folder)
    assert mail.to == "ana.p@example.org"
    assert mail.subject == "Un mensaje de su clínica ✓"
    assert mail.text == "Buenos días.\n.\nHasta luego.\n"
    assert mail.message_id == "<0193-a@afterglow.example>"
    assert before <= mail.received_at <= datetime.now(UTC)


def test_mails_are_read_in_the_order_in_which_they_came(sink: MailSink) -> None:
    ids = [f"<{letter}@afterglow.example>" for letter in "zmaq"]

    for message_id in ids:
        send(sink, message(message_id))

    assert [mail.message_id for mail in read_mails(sink.folder)] == ids


def test_a_mail_that_is_sent_twice_is_seen_twice(sink: MailSink) -> None:
    send(sink, message())
    send(sink, message())

    assert [mail.message_id for mail in read_mails(sink.folder)] == ["<0193-a@afterglow.example>"] * 2


def test_what_notify_sends_again_is_recognised_by_its_message_id(sink: MailSink) -> None:
    mailer = SmtpMailer("127.0.0.1", sink.port, sender_address="no-reply@afterglow.example")
    mail = Mail(UUID(int=7), "Clínica Maple", "ana.p@example.org", "A message", "Buenos días.\n")

    mailer.send(mail)
    mailer.send(mail)

    first, second = read_mails(sink.folder)
    assert first.message_id == second.message_id == f"<{UUID(int=7)}@afterglow.example>"
    assert (first.to, first.subject, first.text) == ("ana.p@example.org", "A message", "Buenos días.\n")


def test_mails_of_the_same_moment_and_name_do_not_replace_each_other(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 4, 12, 0, 0, 123456, UTC)

    files = [keep(tmp_path, message(text=f"{n}\n").as_bytes(), ["a@example.org"], moment) for n in range(3)]

    assert len(set(files)) == 3
    assert [mail.text for mail in read_mails(tmp_path)] == ["0\n", "1\n", "2\n"]
    assert {mail.received_at for mail in read_mails(tmp_path)} == {moment}


def test_mails_that_come_at_once_are_all_kept_whole_and_leave_nothing_else_behind(sink: MailSink) -> None:
    threads = [
        threading.Thread(target=send, args=(sink, message(f"<{n}@afterglow.example>", f"Mail {n}\n" * 500)))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    mails = read_mails(sink.folder)
    assert {mail.text for mail in mails} == {f"Mail {n}\n" * 500 for n in range(12)}
    assert {file.suffix for file in sink.folder.iterdir()} == {".eml"}


def test_who_a_mail_was_really_for_is_kept_and_not_what_it_says(sink: MailSink) -> None:
    send(sink, message(), "one@example.org", "two@example.org")

    assert read_mails(sink.folder)[0].to == "one@example.org, two@example.org"


@pytest.mark.parametrize(
    "message_id", [None, "<../../../etc/passwd>", "</>", "<" + "x" * 400 + "@y>", "<a b\tc@\u00e9>"]
)
def test_a_message_id_of_any_kind_stays_inside_the_folder(sink: MailSink, message_id: str | None) -> None:
    raw = b"Subject: odd\r\n" + (f"Message-ID: {message_id}\r\n".encode() if message_id else b"") + b"\r\nText\r\n"
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="localhost", timeout=10) as server:
        server.sendmail("no-reply@afterglow.example", ["ana.p@example.org"], raw)

    assert [file.parent for file in sink.folder.glob("**/*.eml")] == [sink.folder]
    assert read_mails(sink.folder)[0].text == "Text\n"


def test_mails_outlive_the_sink_and_the_next_one_adds_to_them(tmp_path: Path) -> None:
    for _ in range(2):
        with MailSink(tmp_path) as sink:
            send(sink, message())

    assert len(read_mails(tmp_path)) == 2


def test_only_the_owner_can_read_the_mails(sink: MailSink) -> None:
    send(sink, message())

    [file] = sink.folder.iterdir()
    assert sink.folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_log_names_no_sender_and_no_recipient(sink: MailSink, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        send(sink, message())

    assert "example.org" not in caplog.text


def test_a_mail_that_cannot_be_stored_is_put_off_and_not_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with MailSink(folder) as sink:
        folder.rmdir()

        with pytest.raises(smtplib.SMTPDataError) as delay:
            send(sink, message())

    assert delay.value.smtp_code == 451


def test_stopping_does_not_wait_for_a_client_that_stays_connected(tmp_path: Path) -> None:
    sink = MailSink(tmp_path)
    sink.start()
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="localhost", timeout=10) as client:
        client.ehlo()

        sink.stop()
        sink.stop()

        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", sink.port), timeout=10)


def test_a_taken_port_is_reported_to_whoever_starts_the_sink(sink: MailSink, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        MailSink(tmp_path, port=sink.port).start()


def test_a_folder_without_mail_or_that_does_not_exist_has_no_mails(tmp_path: Path) -> None:
    assert read_mails(tmp_path) == []
    assert read_mails(tmp_path / "missing") == []
