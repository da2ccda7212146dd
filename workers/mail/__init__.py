"""Mails to hospitals and enterprises: rendering and delivery."""
