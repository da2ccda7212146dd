"""The claim for late interest: each late part of an institution, its due day, days and rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.rules import calendar, interest
from models.services.judgement import due as shifting
from models.services.judgement import judge, reasons
from models.services.overdue import watched
from models.services.views.reading import Rows, fetch, like

#: Parts shown on a page, and at most on paper and in a file.
PAGE_PARTS = 100
PAPER_PARTS_MAX = 2_000
FILE_PARTS_MAX = 50_000
#: Institutions offered where a name fits several.
OFFERED_MAX = 20

_RECEIPTS = f"""{watched.EVERY_RECEIPT}
   AND (%(hospital)s::text IS NULL OR p.hospital_code = %(hospital)s)
   AND (%(enterprise)s::text IS NULL OR p.enterprise_code = %(enterprise)s)
"""
_PAIRS = """
SELECT w.hospital_code, w.enterprise_code, h.name AS hospital_name, e.name AS enterprise_name,
       count(DISTINCT i.line_no) AS lines, count(*) AS parts,
       coalesce(sum(i.amount_fen) FILTER (WHERE i.paid_on IS NULL), 0)::bigint AS open_fen,
       coalesce(sum(i.interest_fen) FILTER (WHERE i.paid_on IS NULL), 0)::bigint
           AS open_interest_fen,
       coalesce(sum(i.amount_fen) FILTER (WHERE i.paid_on IS NOT NULL), 0)::bigint AS paid_fen,
       coalesce(sum(i.interest_fen) FILTER (WHERE i.paid_on IS NOT NULL), 0)::bigint
           AS paid_interest_fen,
       sum(i.interest_fen)::bigint AS interest_fen, max(i.days) AS days
  FROM late_part i JOIN watched w USING (line_no) JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = w.enterprise_code
 GROUP BY 1, 2, 3, 4 ORDER BY sum(i.interest_fen) DESC, 1, 2
"""
#: Each part with what its rate rests on: the terms of the contract and the LPR of its signing.
PARTS = """
SELECT i.line_no, i.part, i.amount_fen, i.due_on, i.paid_on, i.days, i.rate_bp,
       i.interest_fen::bigint AS interest_fen, w.lane, w.sheet_id, w.hospital_code,
       w.enterprise_code, h.name AS hospital_name, e.name AS enterprise_name,
       d.name AS product_name, w.contract_no, k.late_rate_bp, k.signed_on, k.declared_on,
       coalesce(k.enterprise_size, e.size) AS enterprise_size,
       k.enterprise_size IS NOT NULL AS size_agreed, l.one_year_bp AS lpr_bp,
       {reasons}
  FROM late_part i JOIN watched w USING (line_no) JOIN judged j USING (line_no)
  JOIN purchase_line p USING (line_no) JOIN product d ON d.nhsa_code = p.nhsa_code
  JOIN hospital h ON h.hospital_code = w.hospital_code
  JOIN enterprise e ON e.credit_code = w.enterprise_code
  LEFT JOIN contract k ON k.contract_no = w.contract_no
  LEFT JOIN LATERAL (SELECT one_year_bp FROM lpr_rate WHERE valid_from <= k.signed_on
                      ORDER BY valid_from DESC LIMIT 1) l ON true
 ORDER BY i.due_on, i.line_no COLLATE "C", i.part LIMIT %(count)s OFFSET %(skip)s
""".format(reasons=", ".join(f"j.{name}" for name in reasons.COLUMNS))


@dataclass(frozen=True)
class Part:
    """A late part and how its due day and its rate came about, in both languages."""

    row: Any
    due_words: tuple[str, str]
    rate_words: tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """The late interest of an institution on a day."""

    pairs: list[Any]
    parts: list[Part]

    @property
    def count(self) -> int:
        """Return how many parts there are in all."""
        return sum(pair.parts for pair in self.pairs)

    def sum_of(self, column: str) -> int:
        """Return the sum of a column over all pairs, in fen."""
        return sum(getattr(pair, column) for pair in self.pairs)


def find(
    areas: Sequence[str],
    on: date,
    *,
    hospital_code: str | None,
    enterprise_code: str | None,
    count: int = PAGE_PARTS,
    skip: int = 0,
) -> Claim:
    """Return the claim of the pair, or of all pairs of the one that is named, as of a day.

    The parts are those of the export `interest`: the same tables, the same rounding.
    """
    with db.atomic():
        watched.find_paid_sheets(on)
        told = {
            "areas": list(areas),
            "on": on,
            "hospital": hospital_code,
            "enterprise": enterprise_code,
        }
        also = tuple(dict.fromkeys((*watched.COLUMNS, *reasons.COLUMNS)))
        judge(areas, _RECEIPTS, told, calendar.last_day(calendar.period_of(on)), also=also)
        watched.gather(on)
        watched.collect_interest(on)
        pairs = fetch(_PAIRS)
        return Claim(pairs, list(explained(fetch(PARTS, {"count": count, "skip": skip}))))


def explained(rows: Sequence[Any]) -> Iterator[Part]:
    """Yield the parts with the words of their due days and rates."""
    kinds = shifting.day_kinds()
    for row in rows:
        yield Part(
            row,
            reasons.told(reasons.explain(row, kinds), row.due_on),
            interest.rate_words(row.rate_bp, row.late_rate_bp, row.lpr_bp),
        )


@dataclass(frozen=True)
class Party:
    """The institution a reader named: its code and name, or those it may have meant."""

    code: str | None = None
    name: str = ""
    #: What was typed; empty: nothing was.
    typed: str = ""
    #: (code, name) of institutions that were perhaps meant, when it was none exactly.
    offered: tuple[tuple[str, str], ...] = ()


def hospital(rows: Rows | None, typed: str) -> Party:
    """Return the hospital with that code or name, of the reader's rows where they bound it."""
    condition, told = ("true", {}) if rows is None else rows.sql(
        area="area_code", hospital="hospital_code"
    )  # fmt: skip
    return _named("hospital", "hospital_code", condition, told, typed)


def enterprise(typed: str) -> Party:
    """Return the enterprise with that code or name; enterprises belong to every area."""
    return _named("enterprise", "credit_code", "true", {}, typed)


def _named(table: str, key: str, condition: str, told: dict[str, Any], typed: str) -> Party:
    if not typed:
        return Party()
    found = fetch(
        f"SELECT {key} AS code, name FROM {table} WHERE ({condition})"
        f" AND ({key} = %(typed)s OR name LIKE %(like)s)"
        f" ORDER BY {key} <> %(typed)s, {key} LIMIT {OFFERED_MAX}",
        {**told, "typed": typed, "like": like(typed)},
    )
    if found and (len(found) == 1 or found[0].code == typed):
        return Party(found[0].code, found[0].name, typed)
    return Party(typed=typed, offered=tuple((row.code, row.name) for row in found))
