"""Rules of sessions: pure, so that a medical director could review them."""
