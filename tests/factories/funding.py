"""Schemes that say where money comes from and how it comes back, monthly funds and reserves."""

from typing import Any

from models.records.base import sql
from tests.factories import sheets


def scheme(area_code: str = sheets.CITY, **more: Any) -> None:
    """A scheme of the area whose unusual columns are given."""
    columns = {
        "scheme_code": "S1",
        "valid_from": "2026-01-01",
        "area_code": area_code,
        "funding": "offset",
        "scope": ["listed"],
        "deduct_month": "current",
        "confirm_days": 5,
        "confirm_unit": "working_day",
        "silence": "escalate",
        "payment_per": "enterprise",
        "trace_codes": "ignore",
        "holiday_shift": "next_working_day",
        "due_start": "acceptance",
        "due_month_end": True,
        **more,
    }
    names = ", ".join(columns)
    sql(
        f"INSERT INTO scheme ({names}) VALUES ({', '.join(['%s'] * len(columns))})",
        tuple(columns.values()),
    )


def fund(
    period: str, hospital: str, audited: int, advanced: int = 0, clawback: int = 0, deposit: int = 0
) -> None:
    """What the fund owes a hospital for a month; again with another audited sum corrects it."""
    sql(
        "INSERT INTO monthly_fund (period, hospital_code, audited_fen, advanced_fen,"
        " clawback_fen, deposit_fen)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (period, hospital_code)"
        " DO UPDATE SET audited_fen = excluded.audited_fen",
        (period, hospital, audited, advanced, clawback, deposit),
    )


def reserves(area_code: str = sheets.CITY, year: int = 2026, **pools: tuple[Any, int, int]) -> None:
    """Months, last year's balance and the forecast of each fund; both bear it unless told."""
    told = {"employee": ("14", 1, 1), "resident": ("7.5", 1, 0), **pools}
    for pool, (months, last, forecast) in told.items():
        sql(
            "INSERT INTO fund_reserve (area_code, year, pool, reserve_months,"
            " last_year_balance_fen, forecast_balance_fen) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (area_code, year, pool) DO UPDATE SET"
            " reserve_months = excluded.reserve_months,"
            " last_year_balance_fen = excluded.last_year_balance_fen,"
            " forecast_balance_fen = excluded.forecast_balance_fen",
            (area_code, year, pool, months, last, forecast),
        )
