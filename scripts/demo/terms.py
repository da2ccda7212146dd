"""On what terms the demo city buys and settles: scheme, ladder, LPR, calendar and contracts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from models.rules import calendar
from models.rules.calendar import ONE_DAY, Kinds
from models.rules.definitions import DEFAULTS, PRESETS
from models.rules.words import DayKind
from scripts.demo import places
from scripts.demo.products import price_text
from scripts.demo.trade import Trade

SCHEME = "LJ-DIRECT"

#: 国务院办公厅关于2026年部分节假日安排的通知: days off (first, last) and the days worked for them.
_REST_2026 = (
    ((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)),
    ((6, 19), (6, 21)), ((9, 25), (9, 27)), ((10, 1), (10, 7)),
)  # fmt: skip
_MAKEUP_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
#: 全国年节及纪念日放假办法: the days of the solar calendar, for years not announced yet.
_SOLAR = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


def kinds(years: set[int]) -> Kinds:
    """Return the stated kinds of days: 2026 as announced, other years by the fixed holidays."""
    stated: dict[date, DayKind] = {}
    for year in sorted(years | {2026}):
        if year != 2026:
            stated |= {date(year, month, day): DayKind.HOLIDAY for month, day in _SOLAR}
            continue
        for first, last in _REST_2026:
            day = date(year, *first)
            while day <= date(year, *last):
                stated[day] = DayKind.HOLIDAY
                day += ONE_DAY
        stated |= {date(year, month, day): DayKind.MAKEUP for month, day in _MAKEUP_2026}
    return stated


def calendar_rows(kinds: Kinds) -> Iterator[dict[str, str]]:
    """Yield the rows of the calendar file; days not listed go by their weekday."""
    for day in sorted(kinds):
        yield {"day": day.isoformat(), "kind": kinds[day].value}


def scheme_row(first_day: date) -> dict[str, str]:
    """Return the city's scheme: the fund pays and deducts it from the same month's fund."""
    return {
        "scheme_code": SCHEME,
        "valid_from": (first_day - timedelta(days=90)).replace(day=1).isoformat(),
        "valid_to": "",
        "area_code": places.CITY,
        "funding": "offset",
        "scope": "national_vbp;alliance_vbp;province_vbp;city_vbp;negotiated;cloud_film",
        "deduct_month": "current",
        "confirm_days": "5",
        "confirm_unit": "working_day",
        "silence": "escalate",
        "payment_per": "enterprise",
        "trace_codes": "require",
        "holiday_shift": "next_working_day",
        "due_start": "joint_confirmation",
        "due_days": "30",
        "due_month_end": "no",
        "legal_basis": "澜医保发〔2026〕3号（示例）",
        "target_on": f"{first_day.year}-12-31",
        "target_share_bp": "8000",
    }


def cadence_rows(first: date) -> Iterator[dict[str, str]]:
    """Yield the city's rule: three papers by the clock, interviews by two rates."""
    yield {
        "area_code": places.CITY,
        "valid_from": first.isoformat(),
        "kinds": "reminder;bulletin;half_year",
        "settlement_rate_bp": "7500",
        "online_rate_bp": "7000",
        "rectify_days": "30",
        "health_department": "澜江市卫生健康委员会",
        "copy_to": "wjw@lanjiang.example",
    }


def ladder_rows(schemes: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield for each scheme the steps after a line is late: remind, urge, publish, interview."""
    steps = (
        (1, "到期提醒", 1, "remind", "7"),
        (2, "书面催告", 10, "urge", "7"),
        (3, "内部通报", 30, "bulletin", ""),
        (4, "约谈", 60, "interview", ""),
    )
    for scheme in schemes:
        for step, name, after_days, action, repeat_days in steps:
            yield {
                "scheme_code": scheme["scheme_code"],
                "valid_from": scheme["valid_from"],
                "step": str(step),
                "name": name,
                "after_days": str(after_days),
                "action": action,
                "repeat_days": repeat_days,
                "copy_to": "jianguan@agency.example" if step > 2 else "",
            }


def lpr_rows(first_year: int) -> Iterator[dict[str, str]]:
    """Yield a loan prime rate for the years in which contracts were signed."""
    for year in range(first_year - 1, first_year + 2):
        yield {"valid_from": f"{year}-01-20", "one_year_bp": "300"}


def contract_rows(trades: Mapping[str, Trade], first_year: int) -> Iterator[dict[str, str]]:
    """Yield a contract for each awarded product that a hospital buys, with its one deliverer."""
    number = 0
    for hospital_code, trade in trades.items():
        for enterprise, products in trade.offers:
            for product in products:
                if not product.is_awarded:
                    continue
                number += 1
                yield {
                    "contract_no": f"LJHT{first_year}{number:07d}",
                    "hospital_code": hospital_code,
                    "nhsa_code": product.code,
                    "enterprise_code": enterprise.code,
                    "round_code": product.market,
                    "price_yuan": price_text(product.price_e4),
                    "committed_quantity": str(200 + number * 17 % 4800),
                    "term_start": f"{first_year - 1}-11-01",
                    "term_end": f"{first_year + 1}-10-31",
                    "signed_on": f"{first_year - 1}-10-{number % 27 + 1:02d}",
                    "payment_days": "45" if number % 9 == 0 else "",
                    "late_rate_bp": "450" if number % 13 == 0 else "",
                    "enterprise_size": enterprise.size if number % 3 else "",
                }


#: Switched on in the city beside the eight indicators that are always measured.
INDICATORS = ("vbp_share_quantity", "trace_capture_rate", "offline_share", "order_fill_rate")


def indicator_rows(first: date) -> Iterator[dict[str, str]]:
    """Yield the further indicators of the city, and a higher target tried in its first month."""
    rows = [one for one in PRESETS if one.indicator in INDICATORS]
    [drugs] = [o for o in DEFAULTS if (o.indicator, o.subject) == ("online_rate", "drug")]
    tried = replace(
        drugs, target_bp=9_500, valid_to=calendar.last_day(f"{first:%Y-%m}"),
        source_title="澜江市医疗保障局试行通知（演示）", source_article="药品网采率不低于95%",
    )  # fmt: skip
    for one in (*rows, tried):
        yield {
            "indicator": one.indicator,
            "subject": one.subject,
            "area_code": places.CITY,
            "valid_from": str(first),
            "valid_to": str(one.valid_to or ""),
            "name": one.name,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "direction": one.direction,
            "target": one.target,
            "target_bp": "" if one.target_bp is None else str(one.target_bp),
            "source_title": one.source_title,
            "source_article": one.source_article,
        }
