"""Sessions: series, visits and their readiness, and the dosing record."""
