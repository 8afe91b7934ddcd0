"""What people see of Afterglow: one frame, its parts, and in which language; the same at every service."""
