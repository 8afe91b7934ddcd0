"""Drills: the promises of the event backbone under attack, on servers of their own, bounded in time."""
