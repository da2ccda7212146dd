"""How an area settles: the dated scheme, its ladder, its retention tiers and the LPR."""

import peewee as pw

from models.records.base import (
    CodeField,
    QuantityField,
    Record,
    StateField,
    TextArrayField,
    one_of,
    promise,
)
from models.rules.words import (
    Category,
    ConfirmUnit,
    DeductMonth,
    DueStart,
    Funding,
    HolidayShift,
    LadderAction,
    PaymentPer,
    Silence,
    TraceCodes,
)


class Scheme(Record):
    """A dated settlement scheme (结算方案) of an area; every difference of provinces is here."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    valid_to = pw.DateField(null=True)
    area_code = CodeField(index=True)
    funding = StateField(Funding)
    scope = TextArrayField()
    deduct_month = StateField(DeductMonth)
    confirm_days = pw.IntegerField()
    confirm_unit = StateField(ConfirmUnit)
    silence = StateField(Silence)
    payment_per = StateField(PaymentPer)
    trace_codes = StateField(TraceCodes)
    holiday_shift = StateField(HolidayShift)
    due_start = StateField(DueStart)
    due_days = pw.IntegerField(null=True)
    due_month_end = pw.BooleanField()
    windows = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    lead_settles = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    account_reviews = pw.IntegerField(default=1, constraints=[pw.SQL("DEFAULT 1")])
    account_cooling_days = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    account_name_binds = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    #: Lines that fall due within so many days are announced; empty: none.
    upcoming_days = pw.IntegerField(null=True)

    class Meta:
        """Promises of the scheme."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from")
        constraints = [
            one_of("funding", Funding, name="scheme_funding_known"),
            one_of("deduct_month", DeductMonth, name="scheme_deduct_month_known"),
            one_of("confirm_unit", ConfirmUnit, name="scheme_confirm_unit_known"),
            one_of("silence", Silence, name="scheme_silence_known"),
            one_of("payment_per", PaymentPer, name="scheme_payment_per_known"),
            one_of("trace_codes", TraceCodes, name="scheme_trace_codes_known"),
            one_of("holiday_shift", HolidayShift, name="scheme_holiday_shift_known"),
            one_of("due_start", DueStart, name="scheme_due_start_known"),
            promise("scheme_account_reviews_known", "account_reviews IN (1, 2)"),
            promise("scheme_account_cools_forward", "account_cooling_days BETWEEN 0 AND 365"),
            promise(
                "scheme_scope_known",
                "scope <@ ARRAY[" + ", ".join(f"'{c}'" for c in Category) + "]",
            ),
        ]


class LadderStep(Record):
    """A step of the overdue ladder (催办阶梯)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    step = pw.IntegerField()
    name = pw.TextField()
    after_days = pw.IntegerField()
    action = StateField(LadderAction)
    repeat_days = pw.IntegerField(null=True)
    copy_to = pw.TextField(null=True)

    class Meta:
        """One row for a step of a version."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "step")
        constraints = [one_of("action", LadderAction, name="ladder_step_action_known")]


class LprRate(Record):
    """The one-year loan prime rate (贷款市场报价利率) from a day on."""

    valid_from = pw.DateField(primary_key=True)
    one_year_bp = pw.IntegerField()


class RetentionTier(Record):
    """A tier of surplus retention (结余留用档次)."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    min_score = QuantityField()
    ratio_bp = pw.IntegerField()

    class Meta:
        """One row for a tier of a version."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from", "min_score")
        constraints = [promise("retention_at_most_half", "ratio_bp BETWEEN 0 AND 5000")]
