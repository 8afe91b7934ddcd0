"""notify's ways to the outside world: mail by SMTP, and signed webhooks to addresses that partners choose."""
