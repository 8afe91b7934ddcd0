"""A provider for the team, as in the first of these tests."""

from ..test_sign_in import access, browser, provider, settings

__all__ = ["access", "browser", "provider", "settings"]
