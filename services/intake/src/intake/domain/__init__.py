"""The rules of intake, without database or web: what a medical director could review."""
