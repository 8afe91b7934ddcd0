"""What the backbone costs, beside the libraries that could do the same work; see `python -m stack.bench --help`."""
