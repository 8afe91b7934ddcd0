"""What integration reads, a module for each noun."""
