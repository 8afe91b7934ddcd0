"""How somebody likes to read: language and appearance, kept by their browser alone, signed in or not."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.access.addresses import local
from intake.access.cookies import keep_preference
from shared.languages import LANGUAGES
from shared.web.face.frame import protect
from shared.web.face.reading import LANGUAGE_COOKIE, LOOK_COOKIE, LOOKS, look_chosen
from shared.web.face.showing import recognise

preferences = Blueprint("preferences", __name__)
preferences.before_request(recognise)
preferences.after_request(protect)


@preferences.get("/preferences")
def choose() -> Response:
    """Language and appearance to choose from. With `?language=` it is chosen already, by a link at a page's foot."""
    after, language = local(request.args.get("next"), otherwise="/intake/"), request.args.get("language")
    if language in LANGUAGES:
        return keep_preference(redirect(after, 303), LANGUAGE_COOKIE, str(language))
    return make_response(render_template("intake/preferences.html", after=after, looks=LOOKS, look=look_chosen()))


@preferences.post("/preferences")
def keep() -> Response:
    """Keep both, and go back. A choice that there is not changes nothing."""
    after = local(request.form.get("next"), otherwise=url_for("preferences.choose"))
    response, language, look = redirect(after, 303), request.form.get("language"), request.form.get("look")
    if language in LANGUAGES:
        keep_preference(response, LANGUAGE_COOKIE, str(language))
    if look in LOOKS:
        keep_preference(response, LOOK_COOKIE, str(look))
    return response


@preferences.get("/offline")
def offline() -> str:
    """What a browser shows of its own accord where it reaches nobody; it says nothing of anybody."""
    return render_template("shared/offline.html")
