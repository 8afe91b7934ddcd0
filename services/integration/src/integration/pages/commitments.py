"""One commitment, on its own page: where it came from, how it is looked back at, and who may see it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.commitments import review_commitment, share_commitment
from integration.models import Commitment, CommitmentReview, Moment
from integration.pages.practice_forms import review_form, share_form
from integration.pages.themselves import own_id, zone_of
from integration.queries.commitments import reviews_of
from integration.queries.moments import insights_of
from integration.schemas.commitments import ReviewCommitment, ShareCommitment
from integration.words import COMMITMENTS, LOOKED_BACK
from shared.errors import Invalid, Refused
from shared.languages import Reader, phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show

commitment_pages = Pages("commitment_pages")

KEPT = {
    "kept": phrase("It is written down that you did it."),
    "adjusted": phrase("It stands in its new words. What it said before stays beside it."),
    "let_go": phrase("It is let go, and that is fine."),
    "shared": phrase("It is kept so. Who may not see it any more does not find it."),
}
TOGETHER = phrase("What you wrote when you looked back goes with it. You can take it back at any time.")


@commitment_pages.get("/commitments/<uuid:commitment_id>", may="own.read", own=True)
def commitment(tx: Transaction, commitment_id: UUID) -> Page:
    """A commitment of the client's own: insight, action, and how they looked back."""
    return _show(tx.one(Commitment, commitment_id, of=own_id(tx)), tx)


@commitment_pages.post("/commitments/<uuid:commitment_id>/reviews", may="commitment.review", own=True)
def review(tx: Transaction, commitment_id: UUID) -> Page | Response:
    """Look back: kept, adjusted or let go."""
    found = tx.one(Commitment, commitment_id, of=own_id(tx))
    form = review_form(found)
    order = form.read(request.form)
    if order is None:
        return _show(found, tx, looking_back=form)
    try:
        review_commitment(found.client_id, commitment_id, order, tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(found, tx, looking_back=form)
    except Refused as refused:
        form.refuse(refused)
        return _show(found, tx, looking_back=form)
    return _on(commitment_id, order.outcome.value)


@commitment_pages.post("/commitments/<uuid:commitment_id>/sharing", may="commitment.share", own=True)
def share(tx: Transaction, commitment_id: UUID) -> Page | Response:
    """Show it to more people, or take it back."""
    found = tx.one(Commitment, commitment_id, of=own_id(tx))
    form = share_form(ShareCommitment, found.visibility, TOGETHER)
    order = form.read(request.form)
    if order is None:
        return _show(found, tx, sharing=form)
    share_commitment(found.client_id, commitment_id, order.visibility, tx)
    return _on(commitment_id, "shared")


def _show(
    found: Commitment,
    tx: Transaction,
    *,
    looking_back: Form[ReviewCommitment] | None = None,
    sharing: Form[ShareCommitment] | None = None,
) -> Page:
    forms: dict[str, Form[Any]] = {
        "review": looking_back or review_form(found),
        "sharing": sharing or share_form(ShareCommitment, found.visibility, TOGETHER),
    }
    insights = insights_of([found], found.client_id, tx)
    insight = insights.get(found.insight_id) if found.insight_id else None
    return show(
        "integration/commitment.html",
        tx,
        *forms.values(),
        commitment=found,
        chain=_chain(found, insight, reviews_of([found], tx)[found.id], reader()),
        stands=COMMITMENTS,
        forms=forms,
        zone=zone_of(found.client_id, tx),
        kept=KEPT.get(request.args.get("kept", "")),
    )


def _chain(
    found: Commitment, insight: Moment | None, reviews: Sequence[CommitmentReview], reads: Reader
) -> list[dict[str, Any]]:
    """From the insight over the action, in the words of then, to each look back, by time."""
    says = [one.action_before for one in reviews if one.action_before is not None] + [found.action]
    chain: list[dict[str, Any]] = []
    if insight is not None:
        href = url_for("moment_pages.moment", moment_id=insight.id)
        told = insight.words or reads.say(phrase("spoken, drawn or photographed"))
        title = reads.say(phrase("What I noticed"))
        chain.append({"at": insight.felt_at, "title": title, "text": told, "href": href, "tone": "inner"})
    chain.append(
        {"at": found.made_at, "title": reads.say(phrase("What I want to do")), "text": says.pop(0), "href": None}
    )
    for one in reviews:
        title = reads.say(LOOKED_BACK[one.outcome])
        if one.action_before is not None:
            title = reads.say(phrase("I adjusted it: {action}"), action=says.pop(0))
        chain.append({"at": one.reviewed_at, "title": title, "text": one.reflection, "href": None, "tone": "inner"})
    return chain


def _on(commitment_id: UUID, kept: str) -> Response:
    return redirect(url_for("commitment_pages.commitment", commitment_id=commitment_id, kept=kept), 303)
