"""The indicators of a month: each by its own definition, replaced by the last run."""

from datetime import date
from decimal import Decimal

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.services import monitoring
from models.services.access import SYSTEM
from models.services.overdue import register
from models.services.views import indicator_evidence as evidence
from models.services.views import indicators as views
from models.services.views.reading import fetch
from models.services.views.rows import Rows
from tests.factories import receipts, sheets

PERIOD = "2026-03"
ON = date(2026, 4, 30)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product("P1", name="阿莫西林")
    receipts.product("P2", name="阿莫西林")
    receipts.product("P3", name="他莫昔芬", negotiated=True)
    receipts.scheme(scope=["national_vbp", "listed"])
    receipts.insert(
        "vbp_round", round_code="N1", name="国采", level="national", term_start="2026-01-01",
        term_end="2026-12-31", non_selected_limit_bp=3_000,
    )  # fmt: skip
    return made


def award(nhsa_code="P1", area_code=sheets.PROVINCE, **more):
    receipts.insert(
        "award", round_code="N1", nhsa_code=nhsa_code, area_code=area_code, price_yuan=1, **more
    )


def monitor(on=ON, area=None, period=PERIOD):
    with database.atomic():
        return monitoring.monitor_period(SYSTEM, period, area, on=on)


def values(hospital=None):
    rows = sql(
        "SELECT hospital_code, indicator, subject, numerator, denominator, value_bp, target_bp,"
        " verdict FROM indicator_value WHERE period = %s",
        (PERIOD,),
    )
    return {
        (row[1], row[2]) if row[2] else row[1]: tuple(row[3:])
        for row in rows
        if hospital in (None, row[0])
    }


def test_online_rates_have_targets_for_drugs_and_consumables_only(city):
    for kind, online in (("drug", 920), ("consumable", 775), ("cloud_film", 1)):
        receipts.insert(
            "procurement_total", period=PERIOD, hospital_code=city.hospitals[0], kind=kind,
            total_fen=1_000_00, online_fen=online * 100,
        )  # fmt: skip
    assert monitor() == {"hospitals": 1, "indicators": 2, "failed": 1}
    assert values() == {
        ("online_rate", "drug"): (920, 1_000, 9_200, 9_000, "pass"),
        ("online_rate", "consumable"): (775, 1_000, 7_750, 8_000, "fail"),
    }


def test_nothing_bought_or_a_denominator_of_zero_gives_no_row(city):
    receipts.insert(
        "procurement_total", period=PERIOD, hospital_code=city.hospitals[0], kind="drug",
        total_fen=0, online_fen=0,
    )  # fmt: skip
    assert monitor() == {"hospitals": 0, "indicators": 0, "failed": 0}


def test_purchase_progress_is_measured_against_the_time_that_has_passed(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    receipts.insert(
        "contract", contract_no="K1", hospital_code=hospital, nhsa_code="P1", round_code="N1",
        enterprise_code=enterprise, price_yuan=1, committed_quantity=1_000, signed_on="2026-01-01",
        term_start="2026-03-01", term_end="2026-06-08",
    )  # fmt: skip
    bought = receipts.receipt(hospital, enterprise, 300_00, quantity=300, unit_price_yuan=1)
    receipts.goods_return(bought, -10_00, date(2026, 3, 20))
    receipts.receipt(hospital, enterprise, 5_00, accepted_on="2026-04-01")
    monitor()
    assert values()["purchase_progress", "N1"] == (299, 1_000, 2_990, 3_100, "fail")


def test_the_share_of_selected_drugs_leaves_negotiated_and_offline_lines_out(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    award()
    receipts.receipt(hospital, enterprise, 30_00, platform="online")
    receipts.receipt(hospital, enterprise, 70_00, platform="online", nhsa_code="P2")
    receipts.receipt(hospital, enterprise, 500_00, platform="online", nhsa_code="P3")
    receipts.receipt(hospital, enterprise, 900_00)
    monitor()
    assert values()["vbp_share_amount"] == (30, 100, 3_000, None, None)


def test_products_of_the_same_name_that_were_not_selected_stay_below_the_limit(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    award()
    receipts.receipt(hospital, enterprise, quantity=72_000, unit_price_yuan=Decimal("0.01"),
                     fen=720_00)  # fmt: skip
    receipts.receipt(hospital, enterprise, nhsa_code="P2", quantity=18_000, fen=180_00,
                     unit_price_yuan=Decimal("0.01"))  # fmt: skip
    receipts.receipt(hospital, enterprise, nhsa_code="P3")
    monitor()
    assert values()["non_selected_share", "N1"] == (18_000, 90_000, 2_000, 3_000, "pass")


def test_an_award_elsewhere_makes_nothing_not_selected(city):
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    award(area_code=sheets.OTHER_CITY)
    receipts.receipt(city.hospitals[0], city.enterprises[0], nhsa_code="P2")
    monitor()
    assert ("non_selected_share", "N1") not in values()


def test_rates_of_payment_count_what_was_paid_up_to_the_business_date(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    told = {"accepted_on": "2026-02-01", "delivered_on": "2026-02-01"}  # due 3 March
    for paid_on, fen in ((date(2026, 3, 3), 45_00), (date(2026, 4, 1), 2_50), (ON, 2_50)):
        receipts.own_payment(receipts.receipt(hospital, enterprise, 50_00, **told), paid_on, fen)
    monitor(on=date(2026, 4, 29))
    assert values()["settlement_rate"][:3] == (Decimal("47.5"), 150, 3_167)
    assert values()["on_time_rate"][:3] == (45, 150, 3_000)
    monitor()
    assert values()["settlement_rate"][:3] == (50, 150, 3_333)
    assert "paid_in_30_days" not in values()


def test_paid_in_thirty_days_looks_at_what_was_accepted_in_the_month(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0], 100_00)  # 2 March
    receipts.own_payment(line, date(2026, 4, 1), 60_00)
    receipts.own_payment(line, date(2026, 4, 2), 40_00)
    monitor()
    assert values()["paid_in_30_days"][:3] == (60, 100, 6_000)


def test_arrears_are_what_is_late_on_the_day_after_the_month(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    late = receipts.receipt(hospital, enterprise, 250_00, accepted_on="2026-02-01")
    receipts.own_payment(late, date(2026, 4, 2), 250_00)
    receipts.receipt(hospital, enterprise, 4_750_00, accepted_on="2026-03-31")
    receipts.receipt(hospital, enterprise, 9_999_00, accepted_on="2025-12-31")
    monitor()
    assert values()["arrears_ratio"][:3] == (250, 5_000, 500)


def test_a_second_run_replaces_the_first_and_leaves_other_areas_alone(city):
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    far = sheets.hospital(9, sheets.OTHER_CITY)
    for hospital in (city.hospitals[0], far):
        receipts.receipt(hospital, city.enterprises[0])
    assert monitor()["hospitals"] == 2
    before = values(far)
    receipts.receipt(city.hospitals[0], city.enterprises[0], 300_00)
    assert monitor(area=sheets.CITY)["hospitals"] == 1
    assert values(far) == before
    assert values(city.hospitals[0])["arrears_ratio"][1] == 400


def test_a_voided_line_counts_nowhere(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    receipts.insert("line_void", line_no=line, reason="重复")
    assert monitor()["indicators"] == 0


def test_the_register_is_followed_and_changes_no_figure(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    told = {"accepted_on": "2026-02-01", "delivered_on": "2026-02-01"}  # due 3 March
    paid, _open = (receipts.receipt(hospital, enterprise, 50_00, **told) for _ in range(2))
    receipts.own_payment(paid, date(2026, 3, 1), 50_00)
    monitor()
    plain = values()
    assert plain["settlement_rate"][:2] == (50, 100)
    register.follow(ON)
    assert register.state().as_of is None
    with database.atomic():
        register.rebuild(date(2026, 5, 10))
    assert register.state().is_current
    monitor()
    assert values() == plain
    # A new line waits to be taken in: the register is not asked, then it is brought on.
    receipts.receipt(hospital, enterprise, 100_00, **told)
    assert not register.state().is_current
    monitor()
    more = values()
    assert more["settlement_rate"][:2] == (50, 200)
    sql("UPDATE open_line_change SET key = %s WHERE what = 'purchase_line'", ("1",))
    sql("UPDATE purchase_line SET import_id = 1")
    register.follow(ON)
    assert register.state().is_current
    assert register.state().as_of == date(2026, 5, 10)
    monitor()
    assert values() == more


def define(indicator, numerator, denominator, **more):
    row = {
        "subject": "all", "area_code": sheets.CITY, "valid_from": "2026-01-01", "name": indicator,
        "direction": "at_least", "target": "none", "source_title": "通知",
    }  # fmt: skip
    receipts.insert(
        "indicator_definition",
        **{**row, "indicator": indicator, "numerator": numerator, "denominator": denominator}
        | more,
    )


def evidence_of(hospital):
    """Every value of a hospital: the sums of the rows behind numerator and denominator."""
    told = {}
    with database.atomic():
        for value in fetch("SELECT * FROM indicator_value WHERE hospital_code = %(h)s",
                           {"h": hospital}):  # fmt: skip
            sides = [
                evidence.find(evidence.figure(value, side), limit=1_000)
                for side in (evidence.NUMERATOR, evidence.DENOMINATOR)
            ]
            for found in sides:
                assert sum(row.value for row in found.rows) == found.amount
                assert len(found.rows) == found.count
            told[value.indicator, value.subject] = (sides[0].amount, sides[1].amount) == (
                value.numerator,
                value.denominator,
            )
    return told


def test_definitions_add_indicators_and_replace_defaults_from_their_day_on(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    award()
    coded = {"platform": "online", "trace_codes": "00000000000000000001"}
    receipts.receipt(hospital, enterprise, 30_00, **coded)
    receipts.receipt(hospital, enterprise, 50_00, platform="online", nhsa_code="P3")
    offline = receipts.receipt(hospital, enterprise, 20_00)
    sql("UPDATE hospital SET joined_on = '2026-01-01'")
    define("trace_capture_rate", "traced_receipts", "drug_receipts", target="fixed",
           target_bp=10_000)  # fmt: skip
    define("vbp_share_quantity", "vbp_quantity", "countable_quantity")
    define("offline_share", "offline_amount", "scoped_amount", direction="at_most",
           target="fixed", target_bp=0)  # fmt: skip
    # A wider denominator for the share by amount, first for the province, ended by the city.
    define("vbp_share_amount", "vbp_amount", "drug_amount", area_code=sheets.PROVINCE)
    monitor()
    found = values()
    assert found["trace_capture_rate"] == (1, 3, 3_333, 10_000, "fail")
    assert found["vbp_share_quantity"] == (1, 1, 10_000, None, None)
    assert found["offline_share"] == (20, 50, 4_000, 0, "fail")
    assert found["vbp_share_amount"] == (30, 100, 3_000, None, None)
    assert all(evidence_of(hospital).values())
    define("vbp_share_amount", "vbp_amount", "countable_amount", valid_from="2026-03-31")
    monitor()
    assert values()["vbp_share_amount"][:3] == (30, 30, 10_000)
    # What is sent afterwards shows as a difference beside the figure.
    receipts.insert("line_void", line_no=offline, reason="重复")
    told = evidence_of(hospital)
    assert not told["offline_share", ""]
    assert told["vbp_share_amount", ""]


def test_deliveries_are_measured_by_the_orders_of_the_month(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    order = {"hospital_code": hospital, "enterprise_code": enterprise, "ordered_on": "2026-03-01"}
    for no, code, fen, responded in (
        ("O1", "P1", 300_00, "2026-03-02"),
        ("O2", "P2", 100_00, None),
    ):
        receipts.insert("purchase_order", order_no=no, nhsa_code=code, quantity=2, amount_fen=fen,
                        responded_on=responded, **order)  # fmt: skip
    receipts.receipt(hospital, enterprise, 279_00, quantity=1, unit_price_yuan=279)
    for code, above, below in (
        ("order_fill_rate", "delivered_amount", "ordered_amount"),
        ("spec_fill_rate", "delivered_specs", "ordered_specs"),
        ("spec_whole_rate", "filled_specs", "ordered_specs"),
        ("response_24h", "responded_specs", "ordered_specs"),
        ("fill_in_7_days", "delivered_in_7_amount", "ordered_amount"),
    ):
        define(code, above, below)
    monitor()
    found = values()
    assert found["order_fill_rate"][:3] == (279, 400, 6_975)
    assert found["spec_fill_rate"][:3] == (1, 2, 5_000)
    assert found["spec_whole_rate"][:3] == (0, 2, 0)
    assert found["response_24h"][:3] == (1, 2, 5_000)
    assert found["fill_in_7_days"][:3] == (279, 400, 6_975)
    assert all(evidence_of(hospital).values())


def test_areas_and_rounds_add_up_their_hospitals_and_their_targets(city):
    enterprise = city.enterprises[0]
    for place, (hospital, bought) in enumerate(zip(city.hospitals[:2], (300, 100), strict=True)):
        receipts.insert(
            "contract", contract_no=f"K{place}", hospital_code=hospital, nhsa_code="P1",
            round_code="N1", enterprise_code=enterprise, price_yuan=1, committed_quantity=1_000,
            signed_on="2026-01-01", term_start="2026-03-01", term_end="2026-06-08",
        )  # fmt: skip
        receipts.receipt(hospital, enterprise, bought * 100, quantity=bought, unit_price_yuan=1)
    monitor()
    asked = views.Asked(PERIOD, indicator="purchase_progress")
    [of_round] = views.by_round(Rows(), asked)
    assert (of_round.code, of_round.numerator, of_round.denominator) == ("N1", 400, 2_000)
    assert (of_round.value_bp, of_round.target_bp, of_round.verdict) == (2_000, 3_100, "fail")
    assert (of_round.hospitals, of_round.failed) == (2, 2)
    areas = {row.code: row.value_bp for row in views.by_area(Rows(), asked, None)}
    assert areas[sheets.CITY] == areas[sheets.PROVINCE] == 2_000
    [march] = views.trend(Rows(), {"hospital": city.hospitals[0], "round": "N1"}, PERIOD)
    assert (march.code, march.value_bp) == (PERIOD, 3_000)
    assert all(evidence_of(city.hospitals[0]).values())
