"""The rows of integration, a module for each noun: the client's own words and work, and copies of what others told.

What a client tells lies sealed. In clear is what the database itself must look at (whose, when, of which kind, where it
stands) and the scores, which are compared with each other.
"""

from integration.models.base import Base
from integration.models.body import Sensation
from integration.models.checkins import CheckIn, Rest, Window
from integration.models.clients import Authorisation, BookedVisit, Client, CompletedVisit, DosedVisit, PlannedSeries
from integration.models.commitments import Commitment, CommitmentReview, Practice, PracticeLived
from integration.models.flags import PleaseRead, RedFlag
from integration.models.intentions import EarlierIntention, Intention, IntentionForVisit
from integration.models.living import Letter, LifeEvent
from integration.models.measures import MeasureRequest, MeasureText, Reading
from integration.models.moments import Attachment, Moment
from integration.models.outcomes import OutcomeFigures
from integration.models.together import AgendaItem, Plan, PsychotherapyNote, SessionNote

__all__ = [
    "AgendaItem",
    "Attachment",
    "Authorisation",
    "Base",
    "BookedVisit",
    "CheckIn",
    "Client",
    "Commitment",
    "CommitmentReview",
    "CompletedVisit",
    "DosedVisit",
    "EarlierIntention",
    "Intention",
    "IntentionForVisit",
    "Letter",
    "LifeEvent",
    "MeasureRequest",
    "MeasureText",
    "Moment",
    "OutcomeFigures",
    "Plan",
    "PlannedSeries",
    "PleaseRead",
    "Practice",
    "PracticeLived",
    "PsychotherapyNote",
    "Reading",
    "RedFlag",
    "Rest",
    "Sensation",
    "SessionNote",
    "Window",
]
