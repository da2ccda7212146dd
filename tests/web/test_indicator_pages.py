"""The pages of indicators: values, their rows, trends, versions, and whose they are."""

from datetime import date

import pytest

from models.records.base import db as database
from models.services import monitoring
from models.services.access import SYSTEM
from tests.factories import receipts

PERIOD = "2026-03"
EVERY = f"period={PERIOD}&indicator=settlement_rate&subject="


@pytest.fixture
def city(people_of_town):
    made = people_of_town
    for hospital in made.hospitals[:2]:
        line = receipts.receipt(
            hospital, made.enterprises[0], 50_00, accepted_on="2026-02-01",
            delivered_on="2026-02-01", line_no=f"L-{hospital}",
        )  # fmt: skip
        receipts.own_payment(line, date(2026, 3, 1), 20_00)
    with database.atomic():
        monitoring.monitor_period(SYSTEM, PERIOD, None, on=date(2026, 4, 30))
    database.connection().commit()
    return made


def test_a_value_leads_to_its_rows_its_trend_and_its_definition(city, reader):
    maker = reader("maker")
    page = maker.get(f"/indicators/?period={PERIOD}").text
    assert "40.00%" in page
    hospital = city.hospitals[0]
    rows = maker.get(f"/indicators/rows?{EVERY}&hospital={hospital}&side=numerator").text
    assert f"L-{hospital}" in rows
    assert rows.count("20.00") >= 3
    told = maker.get(f"/indicators/rows/export?{EVERY}&hospital={hospital}&side=denominator")
    assert f"L-{hospital}" in told.text
    for by in ("area", "round"):
        assert maker.get(f"/indicators/?by={by}&period={PERIOD}").status_code == 200
        assert maker.get(f"/indicators/export?by={by}&period={PERIOD}").status_code == 200
    trend = maker.get(f"/indicators/trends/?hospital={hospital}&period={PERIOD}").text
    assert "40.00%" in trend
    versions = maker.get("/indicators/definitions/").text
    assert "月末在协议期内的约定采购量" in versions
    presets = maker.get("/indicators/definitions/presets").text
    assert "trace_capture_rate" in presets


def test_a_hospital_sees_its_own_indicators_and_calculates_none(city, reader):
    seat = reader("clinic")
    own, other = city.hospitals[:2]
    page = seat.get(f"/indicators/?period={PERIOD}").text
    assert "/indicators/run" not in page
    assert other not in page
    asked = f"/indicators/rows?{EVERY}&side=numerator&hospital="
    assert seat.get(asked + own).status_code == 200
    assert seat.get(asked + other).status_code == 404
    assert seat.get(f"/indicators/trends/?hospital={other}").status_code == 404


def test_pressing_the_button_queues_the_month(city, reader):
    maker = reader("maker")
    answer = maker.post("/indicators/run", period=PERIOD)
    assert answer.status_code == 303
    assert "/jobs/" in answer.headers["Location"]
