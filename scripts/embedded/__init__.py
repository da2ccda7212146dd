"""A private PostgreSQL and Redis for an installation that has no servers of its own."""
