"""Recordings and photos as files: for whoever may see what they belong to, and for nobody else."""

from uuid import UUID

from flask import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_options_header

from integration.commands.attaching import photo, recording
from integration.domain.attaching import Attached, AttachmentKind
from integration.models import Attachment
from integration.pages.themselves import own_id
from integration.queries.attachments import intention_attachment, moment_attachment
from shared.store import Transaction
from shared.web import Pages

attachment_pages = Pages("attachment_pages")

POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A file that somebody sent is heard or looked at within a page of ours; by itself it may do nothing at all."""

_ENDINGS = {
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "image/jpeg": "jpg",
}


@attachment_pages.get("/moments/<uuid:moment_id>/attachments/<uuid:attachment_id>", may="own.read", own=True)
def of_own_moment(tx: Transaction, moment_id: UUID, attachment_id: UUID) -> Response:
    """A recording or photo of a moment of the client's own."""
    return _file(moment_attachment(own_id(tx), moment_id, attachment_id, tx))


@attachment_pages.get(
    "/people/<uuid:client_id>/moments/<uuid:moment_id>/attachments/<uuid:attachment_id>", may="moment.read"
)
def of_moment(tx: Transaction, client_id: UUID, moment_id: UUID, attachment_id: UUID) -> Response:
    """A recording or photo of a moment that is shared with the reader."""
    return _file(moment_attachment(client_id, moment_id, attachment_id, tx))


@attachment_pages.get("/intentions/<uuid:intention_id>/recordings/<uuid:recording_id>", may="own.read", own=True)
def of_own_intention(tx: Transaction, intention_id: UUID, recording_id: UUID) -> Response:
    """A recording of an intention of the client's own."""
    return _file(intention_attachment(own_id(tx), intention_id, recording_id, tx))


@attachment_pages.get(
    "/people/<uuid:client_id>/intentions/<uuid:intention_id>/recordings/<uuid:recording_id>", may="intention.read"
)
def of_intention(tx: Transaction, client_id: UUID, intention_id: UUID, recording_id: UUID) -> Response:
    """A recording of an intention of a client whom the reader looks after."""
    return _file(intention_attachment(client_id, intention_id, recording_id, tx))


def attached_to(files: dict[str, FileStorage]) -> list[Attached]:
    """What came with a form as a recording and as a photo, looked at. Raises Invalid, naming the field."""
    made = {"recording": recording, "photo": photo}
    return [make(files[name].stream.read()) for name, make in made.items() if name in files]


def _file(attachment: Attachment) -> Response:
    """The file; in parts where its reader asks so, as players of sound do."""
    kind = "recording" if attachment.kind is AttachmentKind.VOICE else "photo"
    name = f"{kind}.{_ENDINGS[attachment.media_type]}"
    response = Response(attachment.content, content_type=attachment.media_type)
    response.headers["Content-Disposition"] = dump_options_header("inline", {"filename": name})
    response.headers["Content-Security-Policy"] = POLICY
    response.make_conditional(request, accept_ranges=True, complete_length=len(attachment.content))
    return response
