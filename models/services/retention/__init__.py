"""Surplus retention (结余留用): calculated, declared, made public, granted and paid."""

from models.services.retention.calculating import retain, retain_period

__all__ = ["retain", "retain_period"]
