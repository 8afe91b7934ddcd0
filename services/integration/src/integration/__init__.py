"""Integration: the client's inner work between sessions. It is never "system integration"."""
