"""What waits for a reader today, and where the month stands, in few statements."""
