"""Backups, restores and upgrades as they happen to people."""
