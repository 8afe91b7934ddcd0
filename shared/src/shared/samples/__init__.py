"""Two made-up clinics, as data: what the tests and the embedded platform start with."""
