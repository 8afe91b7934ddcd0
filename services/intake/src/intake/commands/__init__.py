"""What changes at intake: each loads, lets the domain decide, records and publishes. None commits."""
