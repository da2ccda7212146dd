"""What the demo city reports: a round under way, one signed with gaps, a form for grades."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from models.rules import calendar
from scripts.demo import places
from scripts.demo.products import NEXT_ROUND, Product

#: The round whose reports and contracts are compared with use.
COMPARED = "GJ09"
#: Products of the round that is being reported.
CATALOGUE = 12
#: Every so many hospitals joins nothing; every so many lines is reported far too low or not at all.
ABSENT, LOW, SILENT = 13, 11, 17


def term_rows(months: list[str], on: date) -> Iterator[dict[str, str]]:
    """Yield the terms: one round compared with the demo's months, one reported these weeks."""
    told = {"area_code": places.PROVINCE, "agreed_share_bp": "7000", "under_report_bp": "8000"}
    first = calendar.first_day(months[0])
    yield told | {
        "round_code": COMPARED,
        "report_from": f"{first.year - 1}-08-01",
        "report_by": f"{first.year - 1}-08-31",
        "sign_by": f"{first.year - 1}-10-25",
        # Ten days: the demo's contracts are small beside what its hospitals use in a month.
        "use_from": first.isoformat(),
        "use_to": (first + timedelta(days=9)).isoformat(),
    }
    yield told | {
        "round_code": NEXT_ROUND,
        "report_from": (on - timedelta(days=10)).isoformat(),
        "report_by": (on + timedelta(days=20)).isoformat(),
        "sign_by": (on + timedelta(days=80)).isoformat(),
        "use_from": first.isoformat(),
        "use_to": calendar.last_day(months[-1]).isoformat(),
    }


def catalogue_rows(goods: Iterable[Product]) -> Iterator[dict[str, str]]:
    """Yield what is to be reported in the round under way: listed drugs."""
    drugs = [one for one in goods if one.market == "listed" and one.kind == "drug"]
    for product in drugs[:CATALOGUE]:
        yield {"round_code": NEXT_ROUND, "nhsa_code": product.code, "note": ""}


def reported_rows(contracts: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield what was reported of the compared round, by its contracts, with some gaps."""
    seen: dict[str, int] = {}
    known = set()
    for number, row in enumerate(row for row in contracts if row["round_code"] == COMPARED):
        hospital = seen.setdefault(row["hospital_code"], len(seen) + 1)
        key = (row["hospital_code"], row["nhsa_code"])
        if hospital % ABSENT == 0 or number % SILENT == 0 or key in known:
            continue
        known.add(key)
        agreed = int(row["committed_quantity"]) // (20 if number % LOW == 0 else 1)
        yield {
            "hospital_code": row["hospital_code"],
            "round_code": COMPARED,
            "nhsa_code": row["nhsa_code"],
            "reported_quantity": str(agreed * 10 // 7 + 1),
            "committed_quantity": str(agreed),
            "letter_signed_on": row["term_start"][:5] + "08-20",
        }


def item_rows(scheme: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the items of the yearly form."""
    told = {"scheme_code": scheme["scheme_code"], "valid_from": scheme["valid_from"]}
    rated = (
        ("1", "网采率", "25", "online_rate", "8000", "9500"),
        ("2", "按时结算率", "25", "on_time_rate", "5000", "9500"),
        ("3", "采购进度", "25", "purchase_progress", "0", "9000"),
    )
    for code, name, points, measure, none, full in rated:
        yield told | {
            "item_code": code, "name": name, "points": points, "source": "indicator",
            "measure": measure, "none_bp": none, "full_bp": full, "per_finding": "",
        }  # fmt: skip
    yield told | {
        "item_code": "4", "name": "报量与签约", "points": "25", "source": "findings",
        "measure": "", "none_bp": "", "full_bp": "", "per_finding": "0.5",
    }  # fmt: skip


def tier_rows(scheme: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the grades."""
    for least, grade, factor in (("0", "D", "9800"), ("45", "C", "9900"), ("60", "B", "10000"),
                                 ("80", "A", "10200")):  # fmt: skip
        yield {
            "scheme_code": scheme["scheme_code"],
            "valid_from": scheme["valid_from"],
            "min_points": least,
            "grade": grade,
            "factor_bp": factor,
        }
