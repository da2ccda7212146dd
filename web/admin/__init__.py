"""Pages of the admin, one module for each area of work."""
