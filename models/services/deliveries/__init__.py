"""Orders, delivery notes and receipts of a month side by side, and where they differ."""

from models.services.deliveries.positions import EARLY_DAYS, GRACE_DAYS, collect

__all__ = ["EARLY_DAYS", "GRACE_DAYS", "collect"]
