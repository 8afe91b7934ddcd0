"""The time after medicine visits."""

from integration.models import CheckIn, Rest, Window
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        CheckIn.client_id,
        "how you were, when you were asked",
        may="checkin.read",
        in_order_of=CheckIn.due_at,
        words={
            "due_at": "Asked",
            "hours_after": "Hours after the medicine visit",
            "status": "State",
            "answered_at": "Answered",
            "how_are_you": "How you were",
            "slept": "You had slept",
            "help_now": "You wanted help at once",
            "burning_or_blood": "It burned, or there was blood",
            "hard_thoughts": "You had hard thoughts",
            "sleepless_energy": "You slept little, with much energy",
            "unusual_perception": "You heard, saw or believed what others did not",
            "feels_unreal": "You or the world felt unreal",
            "craving": "You craved a substance",
            "outside_the_plan": "You took ketamine outside of the plan",
            "chest_pain_or_fainting": "Your chest hurt, or you fainted",
            "unsafe_at_home": "You were not safe at home",
            "pregnant": "You could be pregnant",
        },
        said_as={"status": code},
    ),
    Holding(
        Window.client_id,
        "the time after medicine visits",
        may="window.read",
        words={"opened_at": "From", "closes_at": "To"},
    ),
    Holding(
        Rest.client_id,
        "times in which you wanted to be asked nothing",
        may="people.read",
        shown_to_them_alone=("words",),
        in_order_of=Rest.begun_at,
        words={"begun_at": "From", "until": "To", "ended_at": "Ended", "words": "In your words"},
    ),
]
