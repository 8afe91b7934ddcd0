"""The JSON doors of intake, a module for each noun."""

from intake.api.clearances import clearances
from intake.api.clients import clients
from intake.api.consents import consents
from intake.api.inquiries import inquiries
from intake.api.records import caseloads, erasures, openings
from intake.api.screenings import screenings
from intake.clinics.api import clinic_settings

DOORS = (inquiries, clients, screenings, clearances, consents, caseloads, openings, erasures, clinic_settings)
