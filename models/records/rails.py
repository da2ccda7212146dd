"""By which payment system an order travels, until when a day counts, and a bank's days of rest."""

import peewee as pw

from models.records.base import CodeField, FenField, Record, StateField, one_of, promise
from models.rules.words import DayKind, Rail

_TIME = "'^([01][0-9]|2[0-3]):[0-5][0-9]$'"


class RailRule(Record):
    """Cap and hours of one payment system from a day on (支付通道); `*` is every bank."""

    profile_code = CodeField()
    rail = StateField(Rail)
    valid_from = pw.DateField()
    valid_to = pw.DateField(null=True)
    #: The largest order; empty: no cap.
    cap_fen = FenField(null=True)
    #: HH:MM in Asia/Shanghai; `opens` after `cut_off` is the evening before.
    opens = CodeField(null=True)
    #: Orders after it are of the next business day; empty: no cut-off.
    cut_off = CodeField(null=True)
    source_note = pw.TextField(null=True)

    class Meta:
        """Promises of a rail."""

        primary_key = pw.CompositeKey("profile_code", "rail", "valid_from")
        constraints = [
            one_of("rail", Rail, name="rail_rule_rail_known"),
            promise("rail_rule_cap_above_zero", "cap_fen > 0"),
            promise("rail_rule_times", f"opens ~ {_TIME} AND cut_off ~ {_TIME}"),
        ]


class BankDay(Record):
    """A day on which a bank works other than the calendar says (银行日历); `*` is every bank."""

    profile_code = CodeField()
    day = pw.DateField()
    kind = StateField(DayKind)

    class Meta:
        """One row for a bank and day."""

        primary_key = pw.CompositeKey("profile_code", "day")
        constraints = [one_of("kind", DayKind, name="bank_day_kind_known")]
