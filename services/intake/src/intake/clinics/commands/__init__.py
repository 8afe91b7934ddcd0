"""Changes of a clinic, each within the transaction that its caller opened."""
