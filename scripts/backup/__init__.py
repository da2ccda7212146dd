"""Backups of the whole system: one sealed file each, proved by reading it again."""
