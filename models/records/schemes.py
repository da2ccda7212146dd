"""How an area settles: the dated scheme, its ladder, its retention tiers and the LPR."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
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
    Initiator,
    LadderAction,
    Ownership,
    PaymentPer,
    Shortfall,
    Silence,
    TraceCodes,
    TurnoverRecovery,
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

    legal_basis = pw.TextField(null=True)
    #: The preset it was made of; screens cite its articles.
    preset = CodeField(null=True)

    drugs_from = pw.DateField(null=True)
    consumables_from = pw.DateField(null=True)
    not_above_selected = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    #: Empty: hospitals of every ownership.
    ownerships = TextArrayField(null=True)
    min_level = pw.IntegerField(null=True)
    mandates = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    invoice_tolerance_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    target_on = pw.DateField(null=True)
    target_share_bp = pw.IntegerField(null=True)

    initiator = StateField(
        Initiator, default=Initiator.SYSTEM, constraints=[pw.SQL("DEFAULT 'system'")]
    )
    apply_day = pw.IntegerField(null=True)
    revocable_days = pw.IntegerField(null=True)
    dispute_days = pw.IntegerField(null=True)

    shortfall = StateField(
        Shortfall, default=Shortfall.CARRY, constraints=[pw.SQL("DEFAULT 'carry'")]
    )
    #: Working days a hospital has to pay what was asked of it.
    shortfall_days = pw.IntegerField(null=True)
    suspend_after_days = pw.IntegerField(null=True)
    turnover_months = pw.IntegerField(null=True)
    turnover_drug_bp = pw.IntegerField(null=True)
    turnover_consumable_bp = pw.IntegerField(null=True)
    turnover_recovery = StateField(TurnoverRecovery, null=True)
    top_up_days = pw.IntegerField(null=True)
    top_up_remind_days = pw.IntegerField(null=True)
    round_prepay_bp = pw.IntegerField(null=True)
    pass_on_days = pw.IntegerField(null=True)
    pass_down_days = pw.IntegerField(null=True)

    #: Working days from the end of the month to the bank's booking.
    cycle_days = pw.IntegerField(null=True)
    third_review_fen = FenField(null=True)

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
            one_of("initiator", Initiator, name="scheme_initiator_known"),
            one_of("shortfall", Shortfall, name="scheme_shortfall_known"),
            one_of("turnover_recovery", TurnoverRecovery, name="scheme_turnover_recovery_known"),
            promise("scheme_level_known", "min_level BETWEEN 1 AND 3"),
            promise("scheme_tolerance_not_negative", "invoice_tolerance_fen >= 0"),
            promise("scheme_third_review_not_negative", "third_review_fen >= 0"),
            promise(
                "scheme_shares_within_whole",
                "target_share_bp BETWEEN 0 AND 10000 AND round_prepay_bp BETWEEN 0 AND 10000",
            ),
            promise(
                "scheme_ownerships_known",
                "ownerships <@ ARRAY[" + ", ".join(f"'{o}'" for o in Ownership) + "]",
            ),
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
