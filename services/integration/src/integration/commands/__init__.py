"""Changes in integration: load, decide, record, publish. The client's words never leave in an event."""
