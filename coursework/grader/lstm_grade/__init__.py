"""Release the assignments of the course and grade what comes back."""
