"""What indicators add up, over all hospitals and row by row of one, agrees with a plain reading."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.measures import Measure
from models.rules.monitoring import value_bp
from models.services import access, monitoring
from models.services.monitoring import sums
from models.services.monitoring.selection import Selection
from models.services.overdue import register
from models.services.settle import settle_period
from models.services.views import indicator_evidence as evidence
from models.services.views.reading import fetch
from tests.properties import plain_monitoring
from tests.properties.moneys import later, moneys, put_money
from tests.properties.plain_settlement import Settlement, World
from tests.properties.worlds import ROUNDS, put, worlds

#: Reported totals are copied; orders agree by a property of their own (deliveries).
APART = {name for name in Measure if sums.SUMS[name].source.table in ("ordered", "reported_total")}
MEASURES = [measure for measure in Measure if measure not in APART]


def added_up(period: str, on: date) -> plain_monitoring.Sums:
    chosen = Selection(period, tuple(access.areas(access.SYSTEM, None)), on)
    sums.collect(chosen, MEASURES)
    found = sums.add_up(chosen, MEASURES)
    return {
        (measure, *key): value
        for by_key in found.values()
        for key, values in by_key.items()
        for measure, value in values.items()
        if value
    }


def expected(told: plain_monitoring.Sums) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """The indicators that do not come from reports: numerator, denominator, value."""
    m, found = Measure, {}
    for indicator, above, below in (
        ("purchase_progress", m.BOUGHT_QUANTITY, m.COMMITTED_QUANTITY),
        ("vbp_share_amount", m.VBP_AMOUNT, m.COUNTABLE_AMOUNT),
        ("non_selected_share", m.OTHER_QUANTITY, m.RIVAL_QUANTITY),
        ("settlement_rate", m.DUE_PAID_AMOUNT, m.DUE_AMOUNT),
        ("on_time_rate", m.DUE_PUNCTUAL_AMOUNT, m.DUE_AMOUNT),
        ("paid_in_30_days", m.PAID_IN_30_AMOUNT, m.RECEIVED_AMOUNT),
        ("arrears_ratio", m.OVERDUE_AMOUNT, m.YEAR_AMOUNT),
    ):
        for (measure, hospital, subject), denominator in told.items():
            if measure is below and denominator > 0:
                numerator = told.get((above, hospital, subject), Decimal(0))
                shares = (numerator, denominator, value_bp(numerator, denominator))
                found[hospital, indicator, subject] = shares
    return found


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), data=st.data())
def test_each_measure_and_indicator_agrees_with_a_plain_reading(db, world: World, data):
    for contract in world.contract:
        contract["round_code"] = data.draw(st.sampled_from((None, *ROUNDS)))
    with db.atomic() as transaction:
        put(world)
        plain = Settlement(world)
        settled = data.draw(st.sampled_from(("2026-02", "2026-03")))
        plain.settle(settled, set())
        settle_period(access.SYSTEM, settled, None, on=date(2026, 11, 1), progress=lambda *_: None)
        money = data.draw(moneys(plain))
        put_money(plain, money)
        # The register may stand at any day, or not at all: nothing of the figures depends on it.
        if shown_on := data.draw(st.none() | later):
            register.rebuild(shown_on)
        period = data.draw(st.sampled_from(("2026-02", "2026-03", "2026-04")))
        on = data.draw(later)
        told = plain_monitoring.sums(plain, money, period, on)
        assert added_up(period, on) == told
        monitoring.monitor_period(access.SYSTEM, period, None, on=on)
        rows = fetch("SELECT * FROM indicator_value")
        assert {
            (r.hospital_code, r.indicator, r.subject): (r.numerator, r.denominator, r.value_bp)
            for r in rows
        } == expected(told)
        if rows:
            value = data.draw(st.sampled_from(rows))
            for side in (evidence.NUMERATOR, evidence.DENOMINATOR):
                of = evidence.figure(value, side)
                found = evidence.find(of, limit=1_000)
                assert found.amount == of.amount == sum(r.value for r in found.rows)
        transaction.rollback()
