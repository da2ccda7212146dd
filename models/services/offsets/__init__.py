"""The monthly offset: what each fund pays back, what is carried and what is asked (抵扣)."""

from models.services.offsets.running import offset, offset_period

__all__ = ["offset", "offset_period"]
