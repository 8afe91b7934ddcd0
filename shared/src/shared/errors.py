"""The few errors that a rule may raise. One place (`shared.web.problems`) turns them into RFC 9457 documents."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Self

from shared.languages import phrase

NOTHING_THERE = phrase("There is nothing at this address.")


class Problem(Exception):  # noqa: N818 - "problem" is RFC 9457's own word, and what an API caller reads.
    """Something that a caller can understand and mend. `code` names the rule; `sentence` says what to do."""

    status = 500
    title = "Something went wrong"

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        facts: Mapping[str, Any] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.facts = dict(facts or {})
        self.errors = [dict(error) for error in errors]


class NotFound(Problem):
    """There is no such thing here, or it belongs to somebody else: the two are never told apart.

    `what` is what people call it; without it only the address is spoken of.
    """

    status = 404
    title = "Not found"

    def __init__(self, what: str | None = None) -> None:
        super().__init__(
            "not_found", NOTHING_THERE if what is None else phrase("There is no such {thing} here.", thing=what)
        )


class Refused(Problem):
    """A rule forbids it in the present state. `facts` hold what the rule looked at; nothing was changed."""

    status = 409
    title = "Refused by a rule"


class RefusedElsewhere(Refused):
    """What another clinic does forbids it. Being told so tells something of it: the audit notes it like a denial."""


class Invalid(Problem):
    """The request was understood but its content is not acceptable; `errors` name each field (`path`, `message`)."""

    status = 422
    title = "Invalid content"

    @classmethod
    def at(cls, path: str, code: str, sentence: str) -> Self:
        """One field is not acceptable, and what is said of it is all that there is to say."""
        return cls(code, sentence, errors=[{"path": path, "message": sentence}])


class Unauthenticated(Problem):
    """The caller did not prove who they are."""

    status = 401
    title = "Sign in first"


class Unavailable(Problem):
    """Something that we need is away for now; the same request may succeed soon."""

    status = 503
    title = "Unavailable"


class Forbidden(Problem):
    """The caller is known, and none of their roles may do this."""

    status = 403
    title = "Not yours to do"


class TooOften(Problem):
    """More was asked from one place than a person would; `again_in` that time the same request may succeed.

    `retry_after` is what the header of that name says.
    """

    status = 429
    title = "Too many at once"

    def __init__(
        self, code: str, sentence: str, *, again_in: timedelta, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code, sentence, facts=facts)
        self.retry_after = str(int(again_in.total_seconds()))


class Stale(Problem):
    """The caller decided on an older version of the row than the one that now stands."""

    status = 412
    title = "Changed meanwhile"


class PreconditionRequired(Problem):
    """A change to a versioned thing must say which version it was decided on."""

    status = 428
    title = "Say which version"
