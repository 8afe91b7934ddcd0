"""Changes in sessions: load, decide, record, publish."""
