"""What codes of intake are called where people read them; codes themselves stand on no page."""

from collections.abc import Mapping

from intake.domain.baseline import ABSENT, RISK, UNFINISHED
from intake.domain.screening import CHANGED
from shared.clinics import Agreement, Route
from shared.events.intake import ClearanceOutcome, FlagLevel
from shared.languages import Phrase, phrase, recalled

ANSWERS: Mapping[bool | None, str] = {True: phrase("Yes"), False: phrase("No"), None: phrase("Not answered")}
"""Of a question that is answered with yes or no; what is unknown is never shown as a no."""

OUTCOMES: Mapping[ClearanceOutcome, str] = {
    ClearanceOutcome.CLEARED: phrase("Cleared"),
    ClearanceOutcome.CLEARED_WITH_CONDITIONS: phrase("Cleared with conditions"),
    ClearanceOutcome.DEFERRED: phrase("Deferred"),
    ClearanceOutcome.DECLINED: phrase("Declined"),
}

LEVELS: Mapping[FlagLevel | None, str] = {
    FlagLevel.STOP_UNTIL_CLINICIAN: phrase("Stop until somebody has looked"),
    FlagLevel.NEEDS_CLINICIAN: phrase("To be looked at"),
    FlagLevel.INFO: phrase("Good to know"),
    None: phrase("No flags"),
}

ROUTES: Mapping[Route, str] = {
    Route.IV: phrase("into a vein (IV)"),
    Route.IM: phrase("into a muscle (IM)"),
    Route.SC: phrase("under the skin (SC)"),
    Route.SL: phrase("under the tongue (SL)"),
    Route.IN: phrase("into the nose (IN)"),
    Route.PO: phrase("swallowed (PO)"),
}

DOMAINS: Mapping[str, str] = {
    "vascular": phrase("Blood vessels"),
    "blood_pressure": phrase("Blood pressure"),
    "cardiac": phrase("Heart"),
    "psychosis": phrase("Psychosis"),
    "mania": phrase("Mania"),
    "pregnancy": phrase("Pregnancy and breastfeeding"),
    "substances": phrase("Alcohol and drugs"),
    "hepatic": phrase("Liver"),
    "bladder": phrase("Bladder"),
    "eye_and_pressure": phrase("Eyes and pressure in the head"),
    "airway": phrase("Breathing"),
    "other": phrase("Other"),
    "medicines": phrase("Medicines"),
    "suicidality": phrase("Thoughts of suicide"),
}
"""The areas of medicine that the screening form asks about."""

SOURCES: Mapping[str, str] = {
    "web": phrase("By the form on the web"),
    "referral": phrase("Sent by somebody who knows them"),
    "phone": phrase("By telephone"),
}
"""How somebody who reached out came."""

AGREEMENTS: Mapping[str, str] = {
    Agreement.TREATMENT: phrase("The treatment"),
    Agreement.MESSAGING: phrase("Messages"),
    Agreement.DATA_SHARING: phrase("Telling a partner"),
    Agreement.RECORDING: phrase("Recordings"),
    Agreement.SUPPORTIVE_TOUCH: phrase("Supportive touch"),
    Agreement.RESEARCH: phrase("Research"),
    Agreement.PSYCHOTHERAPY_NOTES: phrase("Reading a therapist’s own notes"),
    Agreement.PART2: phrase("Telling what is about alcohol and drugs"),
}
"""What can be agreed to. A consent or an authorisation of the same word finds its own, too."""


def reason_of(reason: str) -> Phrase:
    """Why something is flagged, which is kept in English, for whoever reads it now."""
    return recalled(reason, (CHANGED, ABSENT, UNFINISHED, RISK))
