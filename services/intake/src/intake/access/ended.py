"""Where the provider says that somebody has gone there: OpenID Connect Back-Channel Logout 1.0."""

import structlog
from flask import Blueprint, Response, request

from intake.access.pages import provider
from intake.access.sign_ins import SignIns
from shared.errors import Unauthenticated
from shared.web.context import frame
from shared.web.problems import problem_response

log = structlog.get_logger()

ended = Blueprint("sign_in_ended", __name__)


@ended.post("/sign-in/ended")
def hear() -> Response:
    """The provider says that somebody has gone: their sign-ins end here, too."""
    try:
        gone = provider().gone(request.form.get("logout_token", ""))
    except Unauthenticated as refusal:
        log.warning("logout_token_refused", code=refusal.code)
        return problem_response(400, "Not a logout token", refusal.code, refusal.sentence, facts={}, errors=[])
    sign_ins = SignIns(frame().store)
    for caller in sign_ins.end_gone(gone):
        sign_ins.audit(caller, "sign_in.end_by_provider")
    return Response()
