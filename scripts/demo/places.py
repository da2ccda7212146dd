"""Who takes part in the demo city: areas, agencies and hospitals, all invented."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from scripts.demo import codes

PROVINCE = "590000"
CITY = "590900"
#: The counties and districts with their part of the purchases beside the city's own hospitals.
COUNTIES = {
    "590902": "东屏区",
    "590903": "南津区",
    "590921": "石湖县",
    "590922": "望川县",
    "590923": "青岩县",
}
#: Counties that pay by themselves; the city's agency pays for the others.
PAYING_COUNTIES = ("590921", "590922")
CITY_BANK = 4929

#: Township names are two of these signs, so that a province fits in too.
_FIRST = "云石柳松桃竹清白龙凤双平太新安永和兴福瑞"
_SECOND = "溪桥坪河山坝泉塘湾岭关井田沟渡口林屯台集"

_CITY_HOSPITALS = (
    ("澜江市人民医院", 3, 12),
    ("澜江市第三人民医院", 3, 7),
    ("澜江市中医医院", 3, 6),
    ("澜江市妇幼保健院", 3, 5),
    ("澜江市第五人民医院", 2, 4),
    ("澜江市传染病医院", 2, 2),
)
_COUNTY_HOSPITALS = (("{}人民医院", 2, 4), ("{}中医院", 2, 2), ("{}妇幼保健院", 2, 1))


@dataclass(frozen=True)
class Hospital:
    """A hospital with its part of the purchases."""

    code: str
    name: str
    area_code: str
    level: int
    weight: int
    ownership: str = "public"
    #: Index of the month in whose middle it joined; -1: before; None: never.
    joins: int | None = -1


def areas() -> Iterator[dict[str, str]]:
    """Yield the rows of the areas file."""
    yield {"area_code": PROVINCE, "name": "江岭省", "parent_code": "", "level": "province"}
    yield {"area_code": CITY, "name": "澜江市", "parent_code": PROVINCE, "level": "city"}
    for code, name in COUNTIES.items():
        yield {"area_code": code, "name": name, "parent_code": CITY, "level": "county"}


def agencies() -> Iterator[dict[str, str]]:
    """Yield the rows of the agencies file."""
    names = {CITY: "澜江市", **{code: COUNTIES[code] for code in PAYING_COUNTIES}}
    for number, (code, name) in enumerate(names.items(), start=1):
        yield {
            "agency_code": f"JB{code}",
            "name": f"{name}医疗保障事务中心",
            "area_code": code,
            "account_no": f"59010010000000{number:03d}32",
            "account_name": f"{name}医保基金支出户",
            "bank_name": f"澜江银行{name}支行",
            "cnaps_code": codes.cnaps_code(313, CITY_BANK, number),
            "email": f"jijin{number}@agency.example",
            "mail_at": "17:00",
            "mail_rest": "yes",
        }


def hospitals(count: int, random: Random) -> list[Hospital]:
    """Return the city's hospitals, large ones first, then township centres up to the count."""
    made: list[Hospital] = []

    def add(name: str, area: str, level: int, weight: int, **more: object) -> None:
        code = codes.hospital_code(area, len(made) + 101)
        made.append(Hospital(code, name, area, level, weight, **more))  # type: ignore[arg-type]

    for name, level, weight in _CITY_HOSPITALS:
        add(name, CITY, level, weight)
    for code, county in COUNTIES.items():
        for pattern, level, weight in _COUNTY_HOSPITALS:
            add(pattern.format(county), code, level, weight)
    add("澜江康泽骨科医院", CITY, 0, 1, ownership="private", joins=1)
    add("东屏和愈康复医院", "590902", 0, 1, ownership="private", joins=None)
    add("联勤保障部队第九九〇二医院", CITY, 3, 3, ownership="military")
    towns = [first + second for first in _FIRST for second in _SECOND if first != second]
    random.shuffle(towns)
    counties = list(COUNTIES)
    while len(made) < count:
        place = len(made)
        area = counties[place % len(counties)]
        town, round_no = towns[place % len(towns)], place // len(towns)
        suffix = "镇中心卫生院" if place % 3 else "乡卫生院"
        name = f"{COUNTIES[area]}{town}{suffix}" + (f"第{round_no}分院" if round_no else "")
        add(name, area, 1, 1, joins={24: 2, 29: 1, 33: None}.get(place, -1))
    return made[:count]


def hospital_rows(hospitals: list[Hospital], months: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of the hospitals file; joins in the middle of a month where it says so."""
    for number, hospital in enumerate(hospitals, start=1):
        lead = next((h.code for h in hospitals if h.area_code == hospital.area_code), "")
        yield {
            "hospital_code": hospital.code,
            "name": hospital.name,
            "credit_code": codes.credit_code("12", hospital.area_code, 880_000 + number),
            "area_code": hospital.area_code,
            "ownership": hospital.ownership,
            "level": str(hospital.level),
            "lead_hospital_code": lead if hospital.level == 1 else "",
            "joined_on": _joined_on(hospital, months),
            "email": f"yaoji{number:04d}@hospital.example",
            "copy_emails": f"caiwu{number:04d}@hospital.example",
            "inpatient": "no" if hospital.level == 1 and number % 4 == 0 else "yes",
            "account_no": f"590200200{number:08d}",
            "account_name": hospital.name,
            "bank_name": "澜江银行营业部",
            "cnaps_code": codes.cnaps_code(313, CITY_BANK, 1),
        }


def _joined_on(hospital: Hospital, months: Sequence[str]) -> str:
    """Return the day it joined, empty when it has not by the last of the months."""
    if hospital.joins is None or hospital.joins >= len(months):
        return ""
    return "2025-12-01" if hospital.joins < 0 else f"{months[hospital.joins]}-16"
