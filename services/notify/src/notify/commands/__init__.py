"""Changes: load, decide, record, publish. They receive the transaction and never commit."""
