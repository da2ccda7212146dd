"""Which scheme an area has on a day, for the terms of sub-ledgers and prepayments."""

from models.services.requests.news import SCHEME_OF_AREA

__all__ = ["SCHEME_OF_AREA"]
