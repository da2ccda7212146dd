"""Figures for Prometheus: what the database knows of the work, and how fast the pages answer."""

from web.metrics.door import install

__all__ = ["install"]
