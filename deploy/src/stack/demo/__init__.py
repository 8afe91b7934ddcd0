"""The demo: one client's whole journey, driven over HTTP as the right people, and checked step by step."""
