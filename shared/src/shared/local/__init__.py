"""The servers that a laptop, or a test run, starts for itself as child processes."""
