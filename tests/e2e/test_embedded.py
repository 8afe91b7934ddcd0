"""`make run`: the whole platform in one process, as somebody meets it on a laptop."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.local.processes import port_of, reserve_port
from shared.testing.waiting import until
from stack.mail_sink import read_mails

from .laptop import Laptop
from .signals import halt, has_pending


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with reserve_port() as reservation:
        made = Laptop(tmp_path / "a folder with spaces", port_of(reservation))
        try:
            made.start()
            yield made
        finally:
            made.stop()


def test_the_demo_runs_and_ctrl_c_ends_everything_cleanly(laptop: Laptop) -> None:
    demo = laptop.demo()
    out, err = demo.communicate(timeout=180)
    assert demo.returncode == 0, err
    said = json.loads(out)
    assert len(said["events"]) == 28

    # Once more for people: everything is done, and only the end is said.
    command = [sys.executable, "-m", "stack", "demo", "--resume", "--url", laptop.url, "--data", str(laptop.folder)]
    end = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert f"Rosa signs in at {laptop.url}/intake/clinics/maple/sign-in with {said['email']}" in end
    assert f"her link comes to {laptop.folder / 'mail'}" in end
    assert said["email"] in {mail.to for mail in read_mails(laptop.folder / "mail")}

    page = urllib.request.urlopen(f"{laptop.url}/", timeout=5).read().decode()
    assert "Maple Street Wellness" in page
    assert "Cedar Grove" in page

    laptop.signal(signal.SIGINT)
    assert laptop.ended() == 0, laptop.last_words
    assert not (laptop.folder / "postgres" / "data" / "postmaster.pid").exists()


def test_ctrl_c_that_comes_to_the_serving_process_twice_does_not_interrupt_its_end(laptop: Laptop) -> None:
    server = laptop.server()
    os.kill(server, signal.SIGINT)
    laptop.until_said("Stopping: what is in hand is finished first.\n")
    halt(server)
    laptop.signal(signal.SIGINT)
    until(lambda: has_pending(server, signal.SIGINT) and has_pending(server, signal.SIGQUIT))
    os.kill(server, signal.SIGCONT)

    assert laptop.ended() == 0
    assert laptop.last_words == "Everything in hand was finished.\n"


def test_killed_in_the_middle_of_the_demo_nothing_is_lost_and_nothing_done_twice(laptop: Laptop) -> None:
    demo = laptop.demo()
    assert demo.stderr is not None
    for line in demo.stderr:
        if "board turns ready" in line:
            laptop.kill()
            laptop.start()
    out, _ = demo.communicate(timeout=180)
    assert demo.returncode == 0
    document = json.loads(out)
    assert len(document["events"]) == 28
    assert len({event["data"]["visit"] for event in document["partner"] if "visit" in event["data"]}) == 1
    mails = [mail for mail in read_mails(laptop.folder / "mail") if f"rosa.{document['run']}@" in str(mail.to)]
    assert len({mail.message_id for mail in mails}) == 5


def test_a_demo_that_was_killed_itself_can_be_resumed(laptop: Laptop) -> None:
    first = laptop.demo()
    assert first.stderr is not None
    for line in first.stderr:
        if "consents to treatment" in line:
            first.kill()
            break
    first.communicate()
    second = laptop.demo("--resume")
    out, err = second.communicate(timeout=180)
    assert second.returncode == 0, err
    assert len(json.loads(out)["events"]) == 28


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tour in the README is for people who have curl")
def test_the_readmes_five_minutes_with_curl_say_what_it_promises(laptop: Laptop) -> None:
    readme = Path(__file__).parents[2].joinpath("README.md").read_text(encoding="utf-8")
    [tour] = re.findall(r"```sh\n(API=.*?)```", readme, re.DOTALL)
    token = shlex.join([sys.executable, "-m", "stack", "token", "--data", str(laptop.folder)])
    script = tour.replace("http://127.0.0.1:8000", laptop.url).replace(".venv/bin/afterglow token", token)
    assert script.count(token) == 1
    # Every answer on a line of its own, but for the one whose id the tour keeps.
    script = re.sub(r"^curl ", "curl -w '\\\\n' ", script, flags=re.MULTILINE)

    done = subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True, timeout=120, check=True)

    inquiry, inquiries, refusal, elsewhere, moment, seen, history = [
        json.loads(line) for line in done.stdout.splitlines() if line
    ]
    assert inquiry["id"] in [item["id"] for item in inquiries["items"]]
    assert (refusal["status"], refusal["code"]) == (409, "clearance_missing")
    assert (elsewhere["status"], elsewhere["code"]) == (404, "not_found")
    assert (moment["visibility"], seen["items"]) == ("private", [])
    assert [item["type"].split(".")[3] for item in history["items"]] == ["registered", "joined"]


def test_a_port_or_a_folder_that_is_taken_is_said_at_once_and_harms_nobody(laptop: Laptop, tmp_path: Path) -> None:
    def run(port: int, folder: Path) -> str:
        command = [sys.executable, "-m", "stack", "run", "--port", str(port), "--data", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 1
        [line] = done.stderr.splitlines()
        return line

    assert run(laptop.port, tmp_path / "another").startswith(f"Error: Port {laptop.port} is taken")
    assert not (tmp_path / "another").exists()
    with reserve_port() as reservation:
        assert "is in use by the running process" in run(port_of(reservation), laptop.folder)
    assert urllib.request.urlopen(f"{laptop.url}/notify/health/ready", timeout=5).status == 200
