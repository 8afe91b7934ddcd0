"""From where somebody signed in, in words by which they know their own telephone from a stranger's machine."""

from flask import Request

from intake.limits import network_of
from shared.languages import Phrase, phrase, recalled

# What a browser's name for itself has in it; the first that fits, since most of them claim to be others too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}

_ON_AND_FROM = phrase("{browser} on {system}, from {address}")
_FROM = phrase("{browser}, from {address}")


def whence(request: Request) -> str:
    """As `Firefox on Windows, from 192.0.2.7`; of IPv6 the network."""
    said = request.user_agent.string
    browser = next((name for part, name in _BROWSERS.items() if part in said), phrase("Another program"))
    system = next((name for part, name in _SYSTEMS.items() if part in said), None)
    address = network_of(request.remote_addr)
    if system is None:
        return _FROM.format(browser=browser, address=address)
    return _ON_AND_FROM.format(browser=browser, system=system, address=address)


def whence_of(kept: str) -> Phrase:
    """What was kept of it, which is in English, for whoever reads it now."""
    return recalled(kept, (_ON_AND_FROM, _FROM))
