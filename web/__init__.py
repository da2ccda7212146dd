"""The web admin of the agency and the seats of hospitals and enterprises."""
