"""What each hospital is to be prepaid of a round: agreed amount × ratio, less what is financed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from models.records.base import sql
from models.rules import prepaid as rule
from models.rules.money import half_up, share_fen
from models.rules.offset import PREPAID
from models.rules.prepaid import Agreed, Destination
from models.services.requests.terms import SCHEME_OF_AREA

#: Contracts of the round in term on the day, at the price of the nearest award in force.
_CONTRACTS = """
SELECT h.hospital_code, h.area_code, c.contract_no, c.nhsa_code, c.enterprise_code,
       c.committed_quantity, coalesce(w.price_yuan, c.price_yuan) AS price_yuan
  FROM contract c JOIN hospital h USING (hospital_code)
  LEFT JOIN LATERAL (
       SELECT a.price_yuan FROM area_chain u JOIN award a ON a.area_code = u.above_code
         JOIN vbp_round r ON r.round_code = a.round_code
        WHERE u.area_code = h.area_code AND a.round_code = c.round_code
          AND a.nhsa_code = c.nhsa_code
          AND coalesce(a.term_start, r.term_start) <= %(on)s
          AND coalesce(a.term_end, r.term_end) >= %(on)s
        ORDER BY u.distance LIMIT 1) w ON true
 WHERE c.round_code = %(round)s AND c.term_start <= %(on)s AND c.term_end >= %(on)s
   AND c.committed_quantity > 0 AND h.area_code = ANY (%(areas)s)
   AND (%(hospital)s::text IS NULL OR h.hospital_code = %(hospital)s)
 ORDER BY h.hospital_code, c.contract_no
"""
_TERMS = f"""
SELECT of_area, round_prepay_bp, funding, pass_on_days, pass_down_days
  FROM ({SCHEME_OF_AREA}) t WHERE round_prepay_bp > 0
"""
#: What hospitals have of the agency's money, what other rounds counted of it, what is out of
#: this round, and whether this year's is there already or the sub-ledger is wound up.
_FINANCED = """
SELECT h.hospital_code,
       coalesce((SELECT sum(amount_fen) FROM prepayment_voucher v
                  WHERE v.hospital_code = h.hospital_code AND v.kind = 'prepayment'), 0)::bigint,
       coalesce((SELECT sum(s.payable_fen) FROM settlement_sheet s
                  WHERE s.hospital_code = h.hospital_code
                    AND s.funding IN ('prepaid_subledger', 'turnover')
                    AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)),
                0)::bigint,
       coalesce((SELECT sum(p.already_fen) FROM round_prepayment p
                  WHERE p.hospital_code = h.hospital_code AND p.id IS DISTINCT FROM %(but)s
                    AND p.year = %(year)s AND p.state NOT IN ('refused', 'withdrawn')),
                0)::bigint,
       coalesce((SELECT sum(p.amount_fen - p.recovered_fen) FROM round_prepayment p
                  WHERE p.hospital_code = h.hospital_code AND p.round_code = %(round)s
                    AND p.id IS DISTINCT FROM %(but)s
                    AND p.state NOT IN ('refused', 'withdrawn')), 0)::bigint,
       EXISTS (SELECT FROM round_prepayment p
                WHERE p.hospital_code = h.hospital_code AND p.round_code = %(round)s
                  AND p.year = %(year)s AND p.id IS DISTINCT FROM %(but)s
                  AND p.state NOT IN ('refused', 'withdrawn'))
       OR EXISTS (SELECT FROM subledger_closing k WHERE k.hospital_code = h.hospital_code
                     AND k.state IN ('running', 'closed')), h.name
  FROM hospital h WHERE h.hospital_code = ANY (%(hospitals)s)
"""


class Line(NamedTuple):
    """One contract of a hospital in the round."""

    hospital_code: str
    area_code: str
    contract_no: str
    nhsa_code: str
    enterprise_code: str
    quantity: Decimal
    price_yuan: Decimal


class Terms(NamedTuple):
    """What the scheme of an area says about the round's prepayment."""

    ratio_bp: int
    funding: str
    pass_on_days: int | None
    pass_down_days: int | None

    @property
    def destination(self) -> Destination:
        """Return where the money goes: into the sub-ledger where there is one."""
        return Destination.SUB_LEDGER if self.funding in PREPAID else Destination.HOSPITAL


@dataclass(frozen=True)
class Proposal:
    """What one hospital is to be prepaid, in fen: amount = gross − already."""

    hospital_code: str
    hospital_name: str
    area_code: str
    terms: Terms
    lines: tuple[Line, ...]
    agreed_fen: int
    gross_fen: int
    already_fen: int

    @property
    def amount_fen(self) -> int:
        """Return what is paid out."""
        return self.gross_fen - self.already_fen

    @property
    def shares(self) -> list[tuple[str, int]]:
        """Return each distributor's part by its agreed amount; the parts add up."""
        weights: dict[str, Decimal] = {}
        for line in sorted(self.lines, key=lambda one: one.enterprise_code):
            part = line.quantity * line.price_yuan * 100
            weights[line.enterprise_code] = weights.get(line.enterprise_code, Decimal(0)) + part
        # Exact to a hundred-millionth of a fen, so that small parts keep their weight.
        scaled = [int(weight.scaleb(8)) for weight in weights.values()]
        return list(zip(weights, share_fen(self.amount_fen, scaled), strict=True))


def propose_for(
    round_code: str,
    areas: Sequence[str],
    on: date,
    *,
    hospital_code: str | None = None,
    but: int | None = None,
) -> list[Proposal]:
    """Return what each hospital of the areas is to be prepaid; none of those that get nothing.

    `but` is the number of a prepayment that does not count as there: it is computed anew.
    """
    told = {"round": round_code, "areas": list(areas), "on": on, "hospital": hospital_code}
    lines = [Line(*row) for row in sql(_CONTRACTS, told)]
    terms = {row[0]: Terms(*row[1:]) for row in sql(_TERMS, {"on": on})}
    codes = sorted({line.hospital_code for line in lines})
    asked = {"hospitals": codes, "round": round_code, "year": on.year, "but": but}
    financed = {row[0]: row[1:] for row in sql(_FINANCED, asked)}
    found = []
    for code, group in groupby(lines, key=lambda line: line.hospital_code):
        mine = tuple(group)
        of_area = terms.get(mine[0].area_code)
        *money, excluded, name = financed[code]
        if of_area is None or excluded:
            continue
        one = _proposal(name, mine, of_area, money)
        if one.amount_fen > 0:
            found.append(one)
    return found


def _proposal(name: str, lines: tuple[Line, ...], terms: Terms, money: list[int]) -> Proposal:
    agreed = rule.agreed_fen(Agreed(line.quantity, line.price_yuan) for line in lines)
    gross = rule.gross_fen(agreed, terms.ratio_bp)
    already = min(rule.already_financed_fen(*map(int, money)), gross)
    first = lines[0]
    return Proposal(
        first.hospital_code, name, first.area_code, terms, lines, half_up(agreed), gross, already
    )
