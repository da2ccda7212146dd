"""What a problem is about: lines, orders, sheets, products and rounds that its reporter may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.records.base import sql
from models.rules.errors.problems import LinkRefused, TooManyLinks
from models.rules.problems import LinkKind, ProblemParty
from models.services import access
from models.services.access import Actor
from models.services.judgement import leads
from models.services.problems.desks import side_of

LINKS_MAX = 20

#: Hospital, its area, distributor, manufacturer; empty where the thing has none.
_FIND: dict[LinkKind, str] = {
    LinkKind.LINE: """
SELECT b.hospital_code, h.area_code, b.enterprise_code, t.manufacturer_code
  FROM purchase_line b JOIN hospital h USING (hospital_code) LEFT JOIN product t USING (nhsa_code)
 WHERE b.line_no = %s""",
    LinkKind.ORDER: """
SELECT o.hospital_code, h.area_code, o.enterprise_code, t.manufacturer_code
  FROM purchase_order o JOIN hospital h USING (hospital_code) LEFT JOIN product t USING (nhsa_code)
 WHERE o.order_no = %s ORDER BY o.nhsa_code LIMIT 1""",
    LinkKind.SHEET: """
SELECT s.hospital_code, s.area_code, s.enterprise_code, NULL FROM settlement_sheet s
 WHERE s.sheet_no = %s""",
    LinkKind.PRODUCT: """
SELECT NULL, NULL, NULL, t.manufacturer_code FROM product t WHERE t.nhsa_code = %s""",
    LinkKind.ROUND: "SELECT NULL, NULL, NULL, NULL FROM vbp_round r WHERE r.round_code = %s",
}
_NAMES = {
    LinkKind.LINE: ("明细", "line"),
    LinkKind.ORDER: ("订单", "order"),
    LinkKind.SHEET: ("结算单", "sheet"),
    LinkKind.PRODUCT: ("产品", "product"),
    LinkKind.ROUND: ("集采批次", "round"),
}


@dataclass(frozen=True)
class Link:
    """One thing a problem is about."""

    kind: LinkKind
    code: str


@dataclass(frozen=True)
class Concerned:
    """Whom the linked things name; empty where they name nobody, or several."""

    hospital_code: str | None = None
    area_code: str | None = None
    enterprise_code: str | None = None
    manufacturer_code: str | None = None


def checked(actor: Actor, links: Sequence[Link]) -> Concerned:
    """Return whom the links name, each link seen by the actor. Raises LinkRefused, TooManyLinks."""
    if len(links) > LINKS_MAX:
        raise TooManyLinks(limit=LINKS_MAX, count=len(links))
    found = [_found(actor, link) for link in links]
    columns = list(zip(*found, strict=True)) if found else [()] * 4
    return Concerned(*(_only(column) for column in columns))


def _only(column: Sequence[str | None]) -> str | None:
    known = {value for value in column if value}
    return known.pop() if len(known) == 1 else None


def _found(actor: Actor, link: Link) -> tuple[str | None, ...]:
    row = sql(_FIND[link.kind], (link.code,)).fetchone()
    if row is None or not _is_mine(actor, *row):
        what, what_en = _NAMES[link.kind]
        raise LinkRefused(what=what, what_en=what_en, number=link.code)
    return tuple(row)


def _is_mine(
    actor: Actor,
    hospital: str | None,
    area: str | None,
    enterprise: str | None,
    manufacturer: str | None,
) -> bool:
    """Return whether the actor may name it; products and rounds everybody may."""
    if hospital is None and enterprise is None:
        return True
    side, code = side_of(actor)
    if side is ProblemParty.HOSPITAL:
        return hospital == code or hospital in leads.members(code, clock.today())
    if side is ProblemParty.ENTERPRISE:
        return code in {enterprise, manufacturer}
    return area is not None and access.reaches(actor, area)
