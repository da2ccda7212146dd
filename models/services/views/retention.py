"""Retention as the pages show it: each round's figures, what was said of them, every factor."""

from dataclasses import dataclass
from typing import Any

from models.rules.retention import RetentionState
from models.services.retention.words import SPOKEN_OF, STATE
from models.services.views.listing import Counted, Listing
from models.services.views.reading import Rows, Where, fetch, like, name_hospital, one

SCOPE = {"area": "h.area_code", "hospital": "r.hospital_code"}

LIST = Listing(
    rows=f"""
SELECT r.*, h.name AS hospital_name, h.area_code, coalesce(b.name, r.round_code) AS round_name,
       {STATE} AS state, w.said_at {SPOKEN_OF} WHERE {{where}}
 ORDER BY r.period DESC, r.retained_fen DESC, r.hospital_code, r.round_code
 LIMIT %(rows)s OFFSET %(skip)s
""",
    source=f"{SPOKEN_OF} WHERE {{where}}",
    sums="coalesce(sum(r.base_fen), 0)::bigint AS base_fen,"
    " coalesce(sum(r.retained_fen), 0)::bigint AS retained_fen",
    views={state.value: f"({STATE}) = '{state.value}'" for state in RetentionState},
)
_FACTORS = """
SELECT i.*, coalesce(d.name, i.nhsa_code) AS product_name, d.specification,
       (i.actual_quantity < i.agreed_quantity
        AND coalesce(trim(i.excluded_reason), '') = '') AS unfinished,
       round(i.base_quantity * i.price_before_yuan * 100)::bigint AS budget_fen,
       round(i.agreed_quantity * i.award_price_yuan * 100)::bigint AS spent_fen,
       CASE WHEN i.actual_quantity < i.agreed_quantity
                 AND coalesce(trim(i.excluded_reason), '') = '' THEN 0
            ELSE round(greatest(0, (i.base_quantity * i.price_before_yuan * 100
                 - i.agreed_quantity * i.award_price_yuan * 100 - i.non_selected_fen)
                 * i.fund_ratio_bp * 0.0001 * i.insured_share_bp * 0.0001)) END::bigint
       AS base_fen
  FROM retention_input i LEFT JOIN product d USING (nhsa_code)
 WHERE i.period = %(period)s AND i.hospital_code = %(hospital)s AND i.round_code = %(round)s
 ORDER BY base_fen DESC, i.nhsa_code
"""
_WORDS = """
SELECT w.* FROM retention_word w
 WHERE w.period = %(period)s AND w.hospital_code = %(hospital)s AND w.round_code = %(round)s
 ORDER BY w.id DESC
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    period: str = ""
    hospital: str = ""
    round: str = ""
    view: str = ""


def where(rows: Rows, asked: Asked) -> Where:
    """Return the conditions of the list, without its view."""
    found = Where.of(rows, **SCOPE).add_if(asked.period, "r.period = %(period)s", "period")
    if asked.round:
        found.add(
            "r.round_code = %(round)s OR b.name LIKE %(round_like)s",
            round=asked.round,
            round_like=like(asked.round),
        )
    return name_hospital(found, asked.hospital, "r.hospital_code")


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    return LIST.counted(LIST.viewed(where(rows, asked), asked.view))


def find(rows: Rows, period: str, hospital_code: str, round_code: str) -> Any:  # noqa: ANN401
    """Return one round of a hospital in a month, or None."""
    return LIST.find(
        Where.of(rows, **SCOPE).add(
            "r.period = %(period)s AND r.hospital_code = %(hospital)s AND r.round_code = %(round)s",
            period=period,
            hospital=hospital_code,
            round=round_code,
        )
    )


def factors(found: Any) -> list[Any]:  # noqa: ANN401 - a row of the list
    """Return what each product of the round gives, with every factor of the formula."""
    return fetch(_FACTORS, _told(found))


def words(found: Any) -> list[Any]:  # noqa: ANN401 - a row of the list
    """Return what was said, the latest first."""
    return fetch(_WORDS, _told(found))


def periods(rows: Rows) -> list[str]:
    """Return the months that have results of the reader, latest first."""
    found = Where.of(rows, **SCOPE)
    return [
        row.period
        for row in fetch(
            "SELECT DISTINCT r.period FROM retention_result r JOIN hospital h"
            f" USING (hospital_code) WHERE {found.text} ORDER BY 1 DESC LIMIT 36",
            found.told,
        )
    ]


def rounds() -> list[tuple[str, str]]:
    """Return code and name of the rounds that hospitals reported for, the latest first."""
    found = fetch(
        "SELECT b.round_code, b.name FROM vbp_round b WHERE EXISTS (SELECT FROM reported_quantity"
        " q WHERE q.round_code = b.round_code) ORDER BY b.term_start DESC, b.round_code LIMIT 200"
    )
    return [(row.round_code, row.name) for row in found]


def waiting(rows: Rows, state: RetentionState) -> tuple[int, int]:
    """Return how many rounds of the reader stand so, and the sum of what may be kept in fen."""
    found = LIST.viewed(Where.of(rows, **SCOPE), state)
    text = f"SELECT count(*) AS n, coalesce(sum(r.retained_fen), 0)::bigint AS fen {LIST.source}"
    row = one(text.format(where=found.text), found.told)
    return int(row.n), int(row.fen)


def _told(found: Any) -> dict[str, str]:  # noqa: ANN401
    return {
        "period": found.period,
        "hospital": found.hospital_code,
        "round": found.round_code,
    }
