"""What callers send and what they are answered, in JSON: a module for each noun."""
