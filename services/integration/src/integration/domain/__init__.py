"""Rules of integration: pure, so that a therapist and a medical director could review them."""
