"""Integration's pages: a client's own, and those of whoever looks after clients between their visits."""

from integration.pages.help import help_pages
from integration.pages.journey import journey_pages
from integration.pages.moments import moment_pages
from integration.pages.people import people_pages
from integration.pages.today import today_pages

PAGES = (today_pages, help_pages, journey_pages, moment_pages, people_pages)
