"""Where somebody is signed in just now, for themselves to see and to end."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.access.cookies import SIGN_IN_COOKIE
from intake.access.sign_ins import SignIns
from intake.access.whence import whence_of
from shared.store import Transaction
from shared.web import Pages
from shared.web.context import frame

own_sign_ins = Pages("own_sign_ins")

ALL = "all"


@own_sign_ins.get("/sign-ins", may="sign_ins.read", own=True)
def show(tx: Transaction) -> str:
    """One's open sign-ins: since when, when used last, and from where."""
    found = SignIns(frame().store).beside(request.cookies.get(SIGN_IN_COOKIE))
    return render_template("intake/sign_ins.html", sign_ins=found, whence_of=whence_of, all=ALL)


@own_sign_ins.post("/sign-ins/end", may="sign_ins.end", own=True)
def end(tx: Transaction) -> Response:
    """End another of one's sign-ins, or all others. One that has ended meanwhile is ended."""
    sign_ins, which = SignIns(frame().store), request.form.get("which")
    for one in sign_ins.beside(request.cookies.get(SIGN_IN_COOKIE)):
        if one.id != g.sign_in.id and which in (one.id, ALL):
            sign_ins.end_other(one)
            sign_ins.audit(one.caller, "sign_in.end")
    return redirect(url_for("own_sign_ins.show"), 303)
