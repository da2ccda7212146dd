"""Bringing the system back: from a backup, or to a point in time, and what left since then."""
