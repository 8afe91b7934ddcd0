"""When a client may go home: a score is necessary, and never sufficient."""

from shared.errors import Refused
from shared.languages import phrase


def check_discharge(
    score: int, *, needed: int, escort_present: bool | None, arrangement: str | None, by_prescriber: bool
) -> None:
    """Refuse a discharge below the clinic's score, or without an escort unless a prescriber signs an arrangement.

    `score` is PADSS, 0 to 10 points (medicalalgorithms.com, PADSS: 9 points plus an escort).
    """
    if score < needed:
        raise Refused(
            "discharge_score_low",
            phrase(
                "The discharge score is {score}; this clinic asks for {needed}. Watch on, and score again.",
                score=score,
                needed=needed,
            ),
            facts={"score": score, "needed": needed},
        )
    if escort_present is None:
        raise Refused("escort_unknown", "Say whether the escort is here; unknown is not taken as yes or no.")
    if not escort_present and not (by_prescriber and arrangement):
        raise Refused(
            "escort_missing",
            "Nobody is here to take the client home. A prescriber may sign with the arrangement that was made instead.",
        )
