"""Signing in, laid out like a service of its own: others see only `shared.web`."""
