"""Telling other systems: webhooks of institutions, events as they happened, each handed over."""
