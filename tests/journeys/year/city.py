"""Who lives in the city and by which rules: two schemes, two ladders, contracts, days of rest."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.properties.plain_overdue import Money
from tests.properties.plain_settlement import Row, World

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
PROVINCE, CITY, COUNTY, FAR_COUNTY = "990000", "990100", "990101", "990102"
HOSPITALS = {"H99010100001": COUNTY, "H99010200002": FAR_COUNTY, "H99010200003": FAR_COUNTY}
ENTERPRISES = {"E-SMALL": "small", "E-MICRO": "micro", "E-LARGE": "large"}
#: Bought by volume, negotiated, listed.
PRODUCTS = ("D1", "D2", "C1")
#: Nobody signed for it: such lines wait for the hospital.
UNSIGNED = ("H99010200003", "E-MICRO", "D1")
#: Its mail server knows nobody of that name.
BOUNCING = "H99010200003"
CATEGORIES = ["national_vbp", "negotiated", "listed"]
NEW_LADDER_FROM = date(2025, 7, 1)
NEW_LPR_FROM = date(2025, 5, 20)


def address(code: str) -> str:
    """The mail address of an institution."""
    return f"{code.lower()}@city.example"


class City(World):
    """The world, with an index of the lines that count; forgotten whenever something happens."""

    def __init__(self) -> None:
        super().__init__()
        self._live: list[Row] | None = None

    def live_lines(self) -> list[Row]:
        if self._live is None:
            self._live = super().live_lines()
        return self._live

    def changed(self) -> None:
        self._live = None


def make() -> tuple[City, Money]:
    """The city before its first day."""
    city, money = City(), Money()
    parents = {PROVINCE: None, CITY: PROVINCE, COUNTY: CITY, FAR_COUNTY: CITY}
    levels = {PROVINCE: "province", CITY: "city"}
    for code, parent in parents.items():
        city.area.append({"area_code": code, "name": f"区{code}", "parent_code": parent,
                          "level": levels.get(code, "county")})  # fmt: skip
    for code, area in HOSPITALS.items():
        city.hospital.append(
            {"hospital_code": code, "name": f"医院{code}", "credit_code": "X", "area_code": area,
             "ownership": "public", "level": "2", "email": address(code), "joined_on": FIRST}
        )  # fmt: skip
    for number, (code, size) in enumerate(ENTERPRISES.items(), 1):
        city.enterprise.append(
            {"credit_code": code, "name": f"企业{code}", "role": "both", "size": size,
             "account_no": f"62000000000{number}", "account_name": f"企业{code}",
             "bank_name": "建行", "cnaps_code": "105100000017", "email": address(code),
             "suspended_on": None, "account_verified": True}
        )  # fmt: skip
    for code, negotiated in zip(PRODUCTS, (False, True, False), strict=True):
        city.product.append(
            {"nhsa_code": code, "name": f"产品{code}", "kind": "drug" if code[0] == "D" else
             "consumable", "specification": "1", "unit": "盒", "manufacturer_code": "M",
             "listed_price_yuan": Decimal(10), "negotiated": negotiated}
        )  # fmt: skip
    city.vbp_round.append({"round_code": "N1", "name": "第一批", "level": "national",
                           "term_start": FIRST, "term_end": LAST})  # fmt: skip
    city.award.append({"round_code": "N1", "nhsa_code": "D1", "area_code": PROVINCE,
                       "price_yuan": Decimal("10.0000"), "term_start": None,
                       "term_end": None})  # fmt: skip
    for number, (code, area) in enumerate({"J-PROVINCE": PROVINCE, "J-COUNTY": COUNTY}.items()):
        money.agency.append(
            {"agency_code": code, "name": f"经办{code}", "area_code": area,
             "account_no": f"100000000{number}", "account_name": f"经办{code}",
             "bank_name": "工行", "cnaps_code": "102100099996", "email": address(code)}
        )  # fmt: skip
    _schemes(city)
    _contracts(city)
    city.calendar_day = [{"day": day, "kind": kind} for day, kind in _rest().items()]
    money.lpr_rate.append({"valid_from": date(2024, 10, 20), "one_year_bp": 300})
    money.ladder_step += ladder("S-COUNTY", FIRST, (1, 15, 30, 60, 90))
    money.ladder_step += ladder("S-CITY", FIRST, (1, 20, 45, 75, 120))
    return city, money


def _schemes(city: City) -> None:
    shared = {"funding": "offset", "scope": sorted(CATEGORIES), "deduct_month": "next",
              "confirm_days": 5, "confirm_unit": "working_day", "silence": "escalate",
              "payment_per": "sheet", "trace_codes": "ignore", "valid_to": None}  # fmt: skip
    city.scheme += [
        {**shared, "scheme_code": "S-COUNTY", "valid_from": FIRST, "area_code": COUNTY,
         "holiday_shift": "after_holiday_plus_2", "due_start": "acceptance", "due_days": 30,
         "due_month_end": True},
        {**shared, "scheme_code": "S-CITY", "valid_from": FIRST, "area_code": CITY,
         "holiday_shift": "next_working_day", "due_start": "joint_confirmation", "due_days": 30,
         "due_month_end": False},
        {**shared, "scheme_code": "S-CITY", "valid_from": date(2025, 6, 1), "area_code": CITY,
         "holiday_shift": "previous_working_day", "due_start": "delivery", "due_days": 45,
         "due_month_end": True},
    ]  # fmt: skip


def _contracts(city: City) -> None:
    """Terms of every kind; from June on a newer contract of one pair, signed under the new LPR."""
    trades = [(h, e, p) for h in HOSPITALS for e in ENTERPRISES for p in PRODUCTS]
    for number, trade in enumerate(trade for trade in trades if trade != UNSIGNED):
        city.contract.append(
            _contract(f"K{number:02d}", trade, FIRST, signed_on=date(2024, 12, 10)) | {
                "payment_days": (None, 45, 20, None)[number % 4],
                "late_rate_bp": (None, 320, 290, 900, None)[number % 5],
                "enterprise_size": (None, "small", "large")[number % 3],
                "acceptance_days": (None, 10)[number % 2],
            }
        )  # fmt: skip
    for number, trade in enumerate(trades[:3]):
        newer = _contract(f"N{number}", trade, date(2025, 6, 1), signed_on=date(2025, 5, 28))
        city.contract.append(newer | {"late_rate_bp": (320, 360, None)[number]})


def _contract(number: str, trade: tuple[str, ...], start: date, *, signed_on: date) -> Row:
    hospital, enterprise, product = trade
    return {"contract_no": number, "hospital_code": hospital, "enterprise_code": enterprise,
            "nhsa_code": product, "round_code": None, "price_yuan": Decimal(10),
            "committed_quantity": Decimal(1), "term_start": start, "term_end": LAST,
            "signed_on": signed_on, "payment_days": None, "late_rate_bp": None,
            "enterprise_size": "small", "acceptance_days": None}  # fmt: skip


def ladder(scheme: str, valid_from: date, after: tuple[int, ...]) -> list[Row]:
    """All five actions, from the reminder to the stop of payments."""
    actions = ("remind", "urge", "bulletin", "interview", "suspend")
    names = ("提醒", "再次提醒", "通报", "约谈", "暂停")
    repeats = (30, None, 60, None, 90)
    copies = (None, None, "w@health.example", "w@health.example;j@discipline.example", None)
    return [
        {"scheme_code": scheme, "valid_from": valid_from, "step": step, "name": name,
         "after_days": days, "action": action, "repeat_days": repeat, "copy_to": copy}
        for step, (days, action, name, repeat, copy) in enumerate(
            zip(after, actions, names, repeats, copies, strict=True), 1
        )
    ]  # fmt: skip


def _rest() -> dict[date, str]:
    """The days of rest of 2025, and the days made up for them (国务院办公厅通知)."""
    spans = ((date(2025, 1, 1), 1), (date(2025, 1, 28), 8), (date(2025, 4, 4), 3),
             (date(2025, 5, 1), 5), (date(2025, 5, 31), 3), (date(2025, 10, 1), 8))  # fmt: skip
    found = {start + timedelta(n): "holiday" for start, days in spans for n in range(days)}
    made_up = ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))
    return found | {date(2025, month, day): "makeup" for month, day in made_up}


def rows_of(city: City, money: Money) -> list[tuple[str, list[dict[str, Any]]]]:
    """What stands in the database before the first day, in the order of references."""
    tables = ("area", "hospital", "enterprise", "product", "vbp_round", "award", "contract",
              "scheme", "calendar_day")  # fmt: skip
    return [
        *((table, getattr(city, table)) for table in tables),
        *((table, getattr(money, table)) for table in ("agency", "ladder_step", "lpr_rate")),
    ]
