"""Three counties that settle in other ways than the city: prepaid, by turnover money, by a lead.

石湖县 pays from sub-ledgers of its hospitals, asks for mandates and confirms in windows; one
hospital's money does not last. 望川县 pays from turnover money of the year. In 青岩县 the county's
hospital confirms and settles for the township centres of its medical community.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from models.rules import calendar
from models.rules.money import yuan
from scripts.demo.places import Hospital

PREPAID, TURNOVER, COMMUNITY = "590921", "590922", "590923"
TURNOVER_CODE, PREPAID_CODE, COMMUNITY_CODE = "WC-TURNOVER", "SH-PREPAID", "QY-COMMUNITY"
#: Parts of a month's goods that a month's vouchers bring; the first hospital is short in one month.
_PREPAID_PERCENT, _SHORT_PERCENT = 108, 55
SHORT_IN = 3
_GOODS_FEN_MIN = 10_000_00
#: What a turnover hospital was audited for in a month of the year before, as a part of the first
#: month's goods.
_AUDITED_PERCENT = 120
_BASE_MONTHS = 12
_OTHER_WAYS = {
    PREPAID: {
        "scheme_code": PREPAID_CODE, "funding": "prepaid_subledger", "mandates": "yes",
        "windows": "yes", "initiator": "enterprise", "silence": "auto_confirm",
        "revocable_days": "5", "dispute_days": "10", "top_up_days": "5",
        "top_up_remind_days": "2", "legal_basis": "石医保发〔2026〕1号（示例）",
    },
    TURNOVER: {
        "scheme_code": TURNOVER_CODE, "funding": "turnover",
        "turnover_months": str(_BASE_MONTHS), "turnover_drug_bp": "10000",
        "turnover_consumable_bp": "5000", "turnover_recovery": "repay",
        "legal_basis": "望医保发〔2026〕2号（示例）",
    },
    COMMUNITY: {
        "scheme_code": COMMUNITY_CODE, "lead_settles": "yes",
        "legal_basis": "青医保发〔2026〕1号（示例）",
    },
}  # fmt: skip


def scheme_rows(city_scheme: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the city's scheme and those of the counties that differ, with the same columns."""
    rows = [dict(city_scheme)]
    rows += [dict(city_scheme) | {"area_code": area} | ways for area, ways in _OTHER_WAYS.items()]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name, "") for name in columns} for row in rows]


def mandate_rows(hospitals: Sequence[Hospital], months: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the mandates of the prepaid county; one hospital gives it only in the last month."""
    of_county = [one for one in hospitals if one.area_code == PREPAID]
    for number, hospital in enumerate(of_county, start=1):
        is_late = number == len(of_county)
        valid_from = f"{months[-1]}-11" if is_late else f"{int(months[0][:4]) - 1}-12-01"
        yield {
            "hospital_code": hospital.code,
            "valid_from": valid_from,
            "valid_to": "",
            "document_no": f"石湖委字{number:03d}号",
            "signed_on": valid_from,
        }


def reserve_rows(first_day: date) -> Iterator[dict[str, str]]:
    """Yield what the funds can bear: enough for turnover money in the county, not in the city."""
    for pool, months, balance in (("employee", "15.5", "8200000"), ("resident", "7.2", "2100000")):
        yield {
            "area_code": TURNOVER,
            "year": str(first_day.year),
            "pool": pool,
            "reserve_months": months,
            "last_year_balance_yuan": balance,
            "forecast_balance_yuan": balance,
        }


def base_rows(
    hospitals: Sequence[Hospital], first_day: date, goods_fen: Mapping[str, int]
) -> Iterator[dict[str, str]]:
    """Yield the monthly funds of the year before, from which turnover money is computed."""
    for month in range(1, _BASE_MONTHS + 1):
        for hospital in turnover_hospitals(hospitals):
            audited = _goods(goods_fen, hospital) * _AUDITED_PERCENT // 100
            yield {
                "period": f"{first_day.year - 1}-{month:02d}",
                "hospital_code": hospital.code,
                "audited_yuan": yuan(audited),
                "advanced_yuan": yuan(audited * 35 // 100),
                "clawback_yuan": "0",
                "deposit_yuan": yuan(audited // 20),
            }


def turnover_hospitals(hospitals: Sequence[Hospital]) -> list[Hospital]:
    """Return who has turnover money: those of the county who joined from the start."""
    return [one for one in hospitals if one.area_code == TURNOVER and one.joins == -1]


def settling_code(hospital: Hospital, hospitals: Sequence[Hospital]) -> str:
    """Return who settles for a hospital: the lead of the community county for its centres."""
    if hospital.area_code != COMMUNITY or hospital.level != 1:
        return hospital.code
    return next(one.code for one in hospitals if one.area_code == COMMUNITY)


def voucher_rows(
    hospitals: Sequence[Hospital], months: Sequence[str], goods: Mapping[str, Mapping[str, int]]
) -> Iterator[dict[str, str]]:
    """Yield what came into the sub-ledgers for the last of the months told so far.

    The prepaid county sends each month's money, one hospital too little in the third month, with
    interest at the end of a quarter; the turnover county refills what the month before took.
    """
    month = months[-1]
    booked_on = calendar.last_day(month)
    of_county = [one for one in hospitals if one.area_code == PREPAID]
    for place, hospital in enumerate(of_county):
        percent = _SHORT_PERCENT if len(months) == SHORT_IN and place == 0 else _PREPAID_PERCENT
        amount = _goods(goods[month], hospital) * percent // 100
        yield _voucher("YF", place, hospital, "prepayment", amount, booked_on)
        if int(month[5:]) % 3 == 0:
            interest_on = booked_on.replace(day=21)
            yield _voucher("LX", place, hospital, "interest", amount // 2_000, interest_on)
    if len(months) > 1:
        for place, hospital in enumerate(turnover_hospitals(hospitals)):
            amount = _goods(goods[months[-2]], hospital)
            yield _voucher("BZ", place, hospital, "top_up", amount, booked_on)


def _goods(goods_fen: Mapping[str, int], hospital: Hospital) -> int:
    return max(goods_fen.get(hospital.code, 0), _GOODS_FEN_MIN)


def _voucher(
    prefix: str, place: int, hospital: Hospital, kind: str, amount_fen: int, booked_on: date
) -> dict[str, str]:
    return {
        "voucher_no": f"{prefix}{booked_on:%y%m}{place:04d}",
        "hospital_code": hospital.code,
        "kind": kind,
        "amount_yuan": yuan(amount_fen),
        "booked_on": booked_on.isoformat(),
    }
