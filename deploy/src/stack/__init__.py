"""The whole platform on one machine, and the demo journey that drives it. It knows the services; nobody knows it."""
