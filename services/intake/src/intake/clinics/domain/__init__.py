"""What a clinic's document must satisfy, and what may follow on it."""
