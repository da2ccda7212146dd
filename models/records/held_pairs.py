"""What a settlement held of one hospital and one enterprise, added up beside the held lines."""

import peewee as pw

from models.records.base import CodeField, FenField, Record, StateField, one_of
from models.rules.words import Hold, Lane

_UNCONFIRMED = f"ARRAY['{Hold.WAITING_HOSPITAL}', '{Hold.WAITING_ENTERPRISE}']"
_INVOICE = f"ARRAY['{Hold.INVOICE_MISSING}', '{Hold.INVOICE_MISMATCH}']"


def _part(reasons: str) -> str:
    """Return count and sum of the lines held for any of these reasons."""
    which = f"FILTER (WHERE h.reasons && {reasons})"
    return f"count(*) {which}, coalesce(sum(h.amount_fen) {which}, 0)::bigint"


#: Held lines added up in the order of the columns below; {rows} says which of `held_line h`.
ADDED = f"""
SELECT h.period, h.area_code, h.hospital_code, h.settler_code, h.enterprise_code, h.lane,
       count(*), sum(h.amount_fen)::bigint, count(*) FILTER (WHERE cardinality(h.reasons) > 0),
       {_part(_UNCONFIRMED)}, {_part(f"ARRAY['{Hold.WAITING_HOSPITAL}']")},
       {_part(f"ARRAY['{Hold.WAITING_ENTERPRISE}']")}, {_part(_INVOICE)}
  FROM held_line h WHERE {{rows}} GROUP BY 1, 2, 3, 4, 5, 6
"""


class HeldPair(Record):
    """Count and money of the held lines of a pair in a month, as `held_line` has them.

    Pages ask this and not the lines: the lines of half a year are millions. It is written
    where the lines are, in the same transaction, and the proof of the books compares both.
    """

    period = CodeField()
    area_code = CodeField()
    hospital_code = CodeField()
    settler_code = CodeField()
    enterprise_code = CodeField()
    lane = StateField(Lane)
    lines_count = pw.IntegerField()
    amount_fen = FenField()
    #: Lines with any reason; the others wait for the next month or are not settled directly.
    reasoned_count = pw.IntegerField()
    #: Lines that a party has not spoken about: either, the hospital, the enterprise.
    unconfirmed_count = pw.IntegerField()
    unconfirmed_fen = FenField()
    by_hospital_count = pw.IntegerField()
    by_hospital_fen = FenField()
    by_enterprise_count = pw.IntegerField()
    by_enterprise_fen = FenField()
    #: Lines without an invoice, or with another sum than theirs.
    invoice_count = pw.IntegerField()
    invoice_fen = FenField()

    class Meta:
        """One row for a month, pair and lane."""

        primary_key = pw.CompositeKey(
            "period", "area_code", "hospital_code", "settler_code", "enterprise_code", "lane"
        )
        indexes = (
            (("hospital_code", "period"), False),
            (("enterprise_code", "period"), False),
            (("period", "settler_code", "enterprise_code"), False),
        )
        constraints = [one_of("lane", Lane, name="held_pair_lane_known")]
