"""What is spoken and photographed: what is taken, what is kept of it, and who gets to hear and see it."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from integration.adapters.photos import LONGEST_EDGE, NoPhotoError, made_anew
from integration.domain.attaching import LARGEST_FORM, LARGEST_RECORDING, voice_type
from shared.events.intake import CaseloadLeft
from shared.testing.visitor import visitor

from .conftest import Story
from .files import CAMERA, RECORDINGS, WEBM, photo_with_a_place, picture_of
from .reading_pages import herself, words


def spoken(content: bytes = WEBM, name: str = "recording.webm") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def keep(story: Story, **fields: Any) -> dict[str, Any]:
    """Keep a moment by the form of the page; returns it with its `attachments`."""
    kept = herself(story).post("/moments", **fields)
    assert kept.status_code == 303, words(kept, kept.status_code)
    [moment] = [one for one in story.see("moments") if one["id"] in kept.headers["Location"]]
    return moment | {"attachments": story.see(f"moments/{moment['id']}/attachments")}


def send_large(story: Story, path: str, **fields: Any) -> TestResponse:
    """Send a form that is held in memory: the test client's own way leaves files open."""
    sender = herself(story)
    files = {name: FileStorage(*said) if isinstance(said, tuple) else said for name, said in fields.items()}
    boundary, body = encode_multipart({"csrf": sender.sign_in.proof} | files)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return sender.client.post(f"/integration{path}", data=body, headers=headers)


def address_for_staff(story: Story, moment: dict[str, Any]) -> str:
    return f"/people/{story.client}/moments/{moment['id']}/attachments/{moment['attachments'][0]['id']}"


# What is taken.


@pytest.mark.parametrize(("media_type", "content"), RECORDINGS.items())
def test_a_recording_is_known_by_what_is_in_it_whatever_it_is_called(
    rosa: Story, media_type: str, content: bytes
) -> None:
    moment = keep(rosa, recording=spoken(content, "holiday.exe"))

    [attached] = moment["attachments"]
    assert (attached["kind"], attached["media_type"]) == ("voice", media_type)
    assert attached["bytes"] == pytest.approx(len(content), abs=8)
    assert moment["words"] is None


@pytest.mark.parametrize(
    ("field", "content", "says"),
    [
        ("recording", b"<html><script>1</script>", "This is no recording that can be kept."),
        ("recording", b"RIFF\x24\0\0\0AVI LIST", "This is no recording that can be kept."),
        ("recording", WEBM + b"x" * LARGEST_RECORDING, "This file is too large. At most 4 MB can be sent."),
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no photo that can be kept."),
        ("photo", picture_of("GIF"), "This is no photo that can be kept."),
        ("photo", photo_with_a_place()[:200], "This is no photo that can be kept."),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_words_and_nothing_is_kept(
    rosa: Story, field: str, content: bytes, says: str
) -> None:
    name = {"recording": "recording.webm", "photo": "photo.jpg"}[field]
    said = words(send_large(rosa, "/moments", words="With it.", **{field: (BytesIO(content), name)}), 422)

    assert "Your moment is not kept yet" in said
    assert says in said
    assert "With it." in said
    assert rosa.see("moments") == []


def test_more_than_a_form_can_hold_is_not_read_at_all(rosa: Story) -> None:
    assert send_large(rosa, "/moments", recording=spoken(b"x" * LARGEST_FORM)).status_code == 413
    # Where nobody is asked for a file, less is too much.
    assert send_large(rosa, "/today/moments", words="x", recording=spoken(b"x" * 1_100_000)).status_code == 413
    assert rosa.see("moments") == []


@pytest.mark.parametrize("content", [b"", b"\x1a\x45\xdf\xa3matroska", b"OggS theora", b"ID3", b"ftyp"])
def test_what_is_no_recording_has_no_kind(content: bytes) -> None:
    assert voice_type(content) is None


# What is kept of a photo.


def test_a_photo_is_kept_without_where_and_with_what_it_was_taken(rosa: Story) -> None:
    moment = keep(rosa, photo=(BytesIO(photo_with_a_place()), "photo.jpg"))

    [attached] = moment["attachments"]
    content = herself(rosa).get(attached["address"].removeprefix("/integration")).get_data()
    assert attached["media_type"] == "image/jpeg"
    for trace in (b"Exif", CAMERA.encode(), b"comment-of-rosa", b"ICC_PROFILE"):
        assert trace not in content
    assert dict(Image.open(BytesIO(content)).getexif()) == {}


def test_a_photo_stands_as_it_was_held() -> None:
    picture = Image.open(BytesIO(made_anew(photo_with_a_place((60, 40), turned=6))))

    assert picture.size == (40, 60)
    assert isinstance(picture.getpixel((20, 5)), tuple)
    red, _, blue = picture.getpixel((20, 5))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_a_photo_is_made_small_enough_to_be_sent_and_a_small_one_is_not_made_larger() -> None:
    large = Image.open(BytesIO(made_anew(photo_with_a_place((5000, 3000)))))
    assert max(large.size) == LONGEST_EDGE
    assert Image.open(BytesIO(made_anew(photo_with_a_place((60, 40))))).size == (60, 40)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_picture_that_a_device_makes_becomes_a_jpeg(kind: str, mode: str) -> None:
    picture = Image.open(BytesIO(made_anew(picture_of(kind, mode=mode))))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")


def test_a_picture_that_would_unfold_to_more_than_is_looked_at_is_refused_before_it_does() -> None:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 10_000)) + part(b"IEND", b"")
    )
    with pytest.raises(NoPhotoError):
        made_anew(bomb)


# Who gets it, and how.


def test_a_file_is_for_its_page_alone_and_can_do_nothing_by_itself(rosa: Story) -> None:
    moment = keep(rosa, recording=spoken())

    answer = herself(rosa).get(moment["attachments"][0]["address"].removeprefix("/integration"))

    assert (answer.status_code, answer.get_data()) == (200, WEBM)
    assert answer.headers["Content-Type"] == "audio/webm"
    assert answer.headers["Content-Disposition"] == "inline; filename=recording.webm"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_player_may_ask_for_a_part_of_it(rosa: Story) -> None:
    moment = keep(rosa, recording=spoken())
    address = moment["attachments"][0]["address"].removeprefix("/integration")

    part = herself(rosa).get(address, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.get_data()) == (206, WEBM[:2])
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(WEBM)}"
    assert herself(rosa).get(address, headers={"Range": "bytes=9999-"}).status_code == 416


@pytest.mark.parametrize(
    ("visibility", "heard_by"),
    [("private", set()), ("therapist", {"therapist"}), ("care_team", {"therapist", "prescriber", "nurse"})],
)
def test_those_with_whom_a_moment_is_shared_hear_it_until_it_is_taken_back(
    rosa: Story, visibility: str, heard_by: set[str]
) -> None:
    moment = keep(rosa, recording=spoken(), visibility=visibility)
    address = address_for_staff(rosa, moment)

    def heard() -> set[str]:
        roles = ("therapist", "prescriber", "nurse")
        return {role for role in roles if visitor(rosa.bench, role).get(address).status_code == 200}

    assert heard() == heard_by
    herself(rosa).post(f"/moments/{moment['id']}/sharing", visibility="private")
    assert heard() == set()


def test_a_recording_opens_by_its_own_moment_alone_and_to_nobody_elses_client(rosa: Story) -> None:
    moment = keep(rosa, recording=spoken(), visibility="care_team")
    other = keep(rosa, words="Another one.", visibility="care_team")
    attachment = moment["attachments"][0]["id"]
    stranger = Story(rosa.bench).registered()

    assert herself(rosa).get(f"/moments/{other['id']}/attachments/{attachment}").status_code == 404
    assert herself(stranger).get(f"/moments/{moment['id']}/attachments/{attachment}").status_code == 404
    nurse = visitor(rosa.bench, "nurse")
    assert nurse.get(f"/people/{stranger.client}/moments/{moment['id']}/attachments/{attachment}").status_code == 404
    elsewhere = visitor(rosa.bench, "nurse", clinic="cedar")
    assert elsewhere.get(address_for_staff(rosa, moment)).status_code == 404
    rosa.tell(CaseloadLeft)
    assert visitor(rosa.bench, "therapist").get(address_for_staff(rosa, moment)).status_code == 403


def test_who_heard_it_stands_in_the_audit(rosa: Story) -> None:
    moment = keep(rosa, recording=spoken(), visibility="care_team")
    visitor(rosa.bench, "nurse").get(address_for_staff(rosa, moment))

    lines = rosa.bench.as_("clinic_admin").get("/audit?action=moment.read").get_json()["items"]
    assert [line["actor"] for line in lines if line["actor"] != "client-at-maple"] == ["nurse-at-maple"]
