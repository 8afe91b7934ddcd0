"""What integration uses of the outside world."""
