"""How all pages look: the frame that they extend, what templates may use, and what protects an answer in a browser."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from uuid import uuid4

import structlog
from flask import Blueprint, Response, current_app, g, request, url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from shared.languages import LANGUAGES, Reader
from shared.store.clinics import clinic_names
from shared.web.context import KEY, frame
from shared.web.face import files
from shared.web.face.guarding import masked
from shared.web.face.places import BESIDE_EACH_OTHER, Place, places_of
from shared.web.face.reading import look_chosen, reader
from shared.web.face.script_words import SCRIPT_WORDS
from shared.web.face.telephones import telephones
from shared.web.sign_in import HOME, RENEW, SIGN_OUT, STAY, SignIn

log = structlog.get_logger()

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""A page needs the stylesheets, scripts, answers and recordings of its own origin; nothing else may load, run or frame
it.
"""
WITH_OWN_RECORDING = CONTENT_SECURITY.replace("media-src 'self'", "media-src 'self' blob:")
"""On a page where somebody speaks they hear it before it is sent: it is in the page's memory alone (`blob:`), and as
sound, which runs nothing.
"""
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""What no page may use. A photo comes by a file field, for which a browser asks no leave of the page."""
WITH_MICROPHONE = PERMISSIONS.replace("microphone=()", "microphone=(self)")
"""For a page where somebody may speak; the browser asks them all the same."""

CSRF_FIELD, NUMBER_FIELD = "csrf", "number"

READER = "Afterglow-Reader"
"""The header that says whom an answer was made for, and at which clinic: pages take nothing of another into them."""

PREFERENCES = "/intake/preferences"
WORKER = "/intake/look/worker.js"

look = Blueprint("shared", __name__, template_folder="templates")
"""Templates `shared/…` and `/{service}/look/…`, the same at each service."""

_DARK_WHEN = {"device": "screen and (prefers-color-scheme: dark)", "light": "not all", "dark": "screen"}


@look.get("/look/<digest>/<name>")
def file(digest: str, name: str) -> Response:
    """A stylesheet, script or picture of the frame."""
    return files.answer(digest, name)


@look.get("/look/worker.js")
def worker() -> Response:
    """The script between browser and network; browsers look for a new one where they found the last."""
    return files.answer("", "worker.js")


@dataclass(frozen=True)
class Around:
    """What stands around a page: who reads it, where else they can go, and in which clothes."""

    reader: Reader
    sign_in: SignIn | None

    @property
    def places(self) -> list[Place]:
        """Where the reader can go from here, the first few of them beside each other, all others under "More"."""
        if self.sign_in is None:
            return []
        roles = self.sign_in.caller.grants.get(self.sign_in.clinic, frozenset())
        return places_of(roles, self.sign_in.clinic, self.sign_in.caller.client_id)

    @property
    def present(self) -> str | None:
        """The address of the place in which this page is."""
        path = request.path
        within = [place.address for place in self.places if _is_within(path, place.address)]
        return max(within, key=len, default=None)

    @property
    def is_client(self) -> bool:
        return self.sign_in is not None and self.sign_in.caller.client_id is not None

    @property
    def clinic(self) -> str | None:
        """What the present clinic is called; None where nobody is signed in, and where it cannot be looked up now."""
        if self.sign_in is None:
            return None
        return g.clinic_facts.name if g.get("clinic_facts") else self._clinic_names.get(self.sign_in.clinic)

    @property
    def other_clinics(self) -> dict[str, str]:
        """The reader's other clinics, by id, as they are called."""
        if self.sign_in is None or len(self.sign_in.caller.grants) == 1:
            return {}
        grants, here = self.sign_in.caller.grants, self.sign_in.clinic
        return {clinic: name for clinic, name in self._clinic_names.items() if clinic in grants and clinic != here}

    @cached_property
    def _clinic_names(self) -> dict[str, str]:
        """Empty in an outage: the page that says so must not fail by what stands around it, nor wait for it again."""
        if g.get("in_trouble") and g.problem["status"] >= 500:
            return {}
        try:
            with frame().store.carrier() as session:
                return clinic_names(session.connection())
        except SQLAlchemyError as error:
            log.warning("clinics_unnamed", error=type(error).__name__)
            return {}

    @property
    def dark_when(self) -> str:
        """The media in which the dark tokens hold."""
        return _DARK_WHEN[look_chosen()]

    @property
    def attributes(self) -> dict[str, str]:
        """What the scripts must know of the page, on its first element."""
        said = {"data-worker": WORKER, "data-zone": self.reader.zone.key}
        if self.sign_in is not None:
            said["data-person"] = self.sign_in.person
            said["data-clinic"] = self.sign_in.clinic
            said["data-seal"] = b64encode(_device_key(self.sign_in)).decode()
            said["data-ends-at"] = self.sign_in.ends_at.isoformat(timespec="seconds")
            said["data-stay"], said["data-renew"] = STAY, RENEW
            said["data-csrf"] = csrf()
        return said

    @property
    def script_words(self) -> dict[str, str]:
        """What the scripts say, in the reader's language."""
        return {key: self.reader.template(words) for key, words in SCRIPT_WORDS.items()}

    @property
    def here(self) -> str:
        """The address of this page, to come back to: without what was asked of it, which may be anybody's words."""
        shown = request.method in ("GET", "HEAD") and not g.get("in_trouble")
        return request.path if shown else HOME

    @property
    def languages(self) -> Mapping[str, str]:
        return LANGUAGES

    @property
    def made_up(self) -> bool:
        """Whether anybody can be anyone here. The embedded platform's own sign-in has this look and is no service."""
        return KEY in current_app.extensions and frame().settings.made_up


def around() -> Around:
    """What stands around the page that is made now."""
    if "around" not in g:
        g.around = Around(reader(), g.get("sign_in"))
    return cast(Around, g.around)


def say(words: str, **values: Any) -> Markup:
    """A sentence that stands in a template, in the reader's language; its values are escaped."""
    return Markup(reader().template(words)).format(**values)  # nosec B704 # the words are ours.


@look.record_once
def _known_to_templates(state: BlueprintSetupState) -> None:
    """As globals, and not in the context of one rendering: parts are imported without it."""
    state.app.jinja_env.globals.update(
        around=LocalProxy(around),
        reader=LocalProxy(reader),
        say=say,
        count=lambda one, many, n, **values: reader().count(one, many, n, **values),
        look_file=lambda name: url_for("shared.file", digest=files.digest(), name=name),
        csrf_field=csrf_field,
        csrf=csrf,
        home=HOME,
        sign_out=SIGN_OUT,
        preferences=PREFERENCES,
        beside_each_other=BESIDE_EACH_OTHER,
    )
    state.app.jinja_env.filters["telephones"] = telephones


def csrf() -> str:
    """What proves that a form was shown to whoever sends it; another text each time."""
    return masked(g.sign_in.proof)


def csrf_field() -> Markup:
    """The hidden fields that each form of a signed-in page needs: whose it is, and which one, so that it acts once."""
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(CSRF_FIELD, csrf()) + hidden.format(NUMBER_FIELD, uuid4())


def protect(response: Response) -> Response:
    """For a blueprint's `after_request`: what every answer says that a browser may show, and for whom it was made.

    The referrer stays within the origin. Were there none at all, browsers would say `Origin: null` of our own forms.
    """
    if g.get("sign_in"):
        response.headers[READER] = f"{g.sign_in.person}/{g.sign_in.clinic}"
    speaks = g.get("microphone", False)
    if speaks:
        response.headers["Permissions-Policy"] = WITH_MICROPHONE
    # A file that somebody has sent has said a stricter one.
    response.headers.setdefault("Content-Security-Policy", WITH_OWN_RECORDING if speaks else CONTENT_SECURITY)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _device_key(sign_in: SignIn) -> bytes:
    return frame().store.keyring.master.of_device(sign_in.caller.subject)


def _is_within(path: str, address: str) -> bool:
    own = address.partition("?")[0]
    return path == own or path.startswith(own.rstrip("/") + "/")
