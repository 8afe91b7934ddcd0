"""From where somebody signed in, in words by which they know their own telephone from a stranger's machine."""

from flask import Request

from intake.limits import network_of

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


def whence(request: Request) -> str:
    """As `Firefox on Windows, from 192.0.2.7`; of IPv6 the network."""
    said = request.user_agent.string
    browser = next((name for part, name in _BROWSERS.items() if part in said), "Another program")
    system = next((f" on {name}" for part, name in _SYSTEMS.items() if part in said), "")
    return f"{browser}{system}, from {network_of(request.remote_addr)}"
