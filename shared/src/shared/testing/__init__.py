"""What the tests of every service share: real servers, two clinics, a clock that stands still, and ears."""
