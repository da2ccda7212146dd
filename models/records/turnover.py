"""Turnover money of a year: what the funds can bear, and each hospital's grant (周转金)."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    JsonField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.turnover import Pool, TurnoverState
from models.rules.words import TurnoverRecovery


class FundReserve(Record):
    """What a fund of an area can bear in a year (基金结余)."""

    area_code = CodeField()
    year = pw.IntegerField()
    pool = StateField(Pool)
    #: Months of payments its reserves meet.
    reserve_months = QuantityField()
    last_year_balance_fen = FenField()
    #: Of the coming twelve months.
    forecast_balance_fen = FenField()
    #: Empty: the months of the national notice.
    required_months = QuantityField(null=True)

    class Meta:
        """One row for an area, year and insurance."""

        primary_key = pw.CompositeKey("area_code", "year", "pool")
        constraints = [one_of("pool", Pool, name="fund_reserve_pool_known")]


class TurnoverGrant(Record):
    """A hospital's turnover money of a year, from the application until it is taken back."""

    id = pw.BigAutoField()
    turnover_no = CodeField(unique=True)
    year = pw.IntegerField()
    hospital_code = CodeField(index=True)
    area_code = CodeField(index=True)
    scheme_code = CodeField()
    scheme_from = pw.DateField()
    #: First and last month of the base, and how many of them are imported.
    base_from = CodeField()
    base_to = CodeField()
    base_months = pw.IntegerField()
    base_fen = FenField()
    drug_bp = pw.IntegerField()
    consumable_bp = pw.IntegerField()
    drug_fen = FenField()
    consumable_fen = FenField()
    amount_fen = FenField()
    #: The reserves the application rests on.
    facts = JsonField()
    note = pw.TextField(null=True)
    state = StateField(TurnoverState)
    applied_by = CodeField()
    applied_at = UtcDateTimeField()
    applied_on = pw.DateField()
    #: Approved or refused.
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)
    voucher_no = CodeField(null=True, unique=True)
    paid_by = CodeField(null=True)
    paid_at = UtcDateTimeField(null=True)
    paid_on = pw.DateField(null=True)
    recovery = StateField(TurnoverRecovery, null=True)
    #: The first month whose offset takes it back.
    recover_from = CodeField(null=True)
    recover_by = CodeField(null=True)
    recover_at = UtcDateTimeField(null=True)
    recover_on = pw.DateField(null=True)

    class Meta:
        """Promises of a grant; turnover_guard adds: one a year, moves of its life alone."""

        constraints = [
            one_of("state", TurnoverState, name="turnover_state_known"),
            one_of("recovery", TurnoverRecovery, name="turnover_recovery_known"),
            promise("turnover_adds_up", "amount_fen = drug_fen + consumable_fen"),
            promise("turnover_above_zero", "amount_fen > 0"),
            promise("turnover_two_persons", "decided_by <> applied_by"),
            promise("turnover_paid_by_another", "paid_by <> decided_by"),
            promise(
                "turnover_decided_whole",
                "(decided_by IS NULL) = (state IN ('applied', 'withdrawn'))"
                " AND (decided_by IS NULL) = (decided_on IS NULL)",
            ),
            promise(
                "turnover_paid_has_its_voucher",
                "(state IN ('paid', 'recovering')) = (voucher_no IS NOT NULL)"
                " AND (voucher_no IS NULL) = (paid_by IS NULL)"
                " AND (voucher_no IS NULL) = (paid_on IS NULL)",
            ),
            promise(
                "turnover_recovering_says_how",
                "(state = 'recovering') = (recovery IS NOT NULL)"
                " AND (coalesce(recovery, '') = 'offset') = (recover_from IS NOT NULL)",
            ),
        ]
        indexes = ((("year", "area_code"), False),)
