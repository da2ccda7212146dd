"""Purchase lines as the pages show them: where each stands, and one line with all that is known."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Counted
from models.services.views.reading import (
    COUNT_MAX,
    Rows,
    Where,
    fetch,
    like,
    name_parties,
)
from models.services.views.turning import Key, Order, Place, Span, Turned, day, turn

SCOPE = {"area": "h.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"}

#: The last settlement that left the line outside; months are few, so each is one index look-up.
_HELD = """
  LEFT JOIN LATERAL (
      SELECT k.period AS held_period, k.lane, k.reasons FROM held_line k
       WHERE k.line_no = p.line_no AND k.period = ANY (%(settled)s)
       ORDER BY k.period DESC LIMIT 1) k ON l.line_no IS NULL
"""
_FROM = f"""
  FROM purchase_line p JOIN hospital h USING (hospital_code)
  LEFT JOIN sheet_line l ON l.line_no = p.line_no
  LEFT JOIN line_void v ON v.line_no = p.line_no
  {_HELD}
"""
#: Asked for what waits, the way begins at the few lines that wait, in the order of their numbers.
_HELD_FROM = """
  FROM held_line k JOIN purchase_line p USING (line_no)
  JOIN hospital h ON h.hospital_code = k.hospital_code
  JOIN (SELECT area_code, max(period) AS period FROM settled_period GROUP BY 1) w
    ON w.area_code = k.area_code AND w.period = k.period
  LEFT JOIN sheet_line l ON l.line_no = p.line_no
  LEFT JOIN line_void v ON v.line_no = p.line_no
"""
#: Where the lines themselves answer, a page is chosen by the index of the months alone.
_PLAIN = f"""
  FROM (SELECT p.* FROM (SELECT p.line_no FROM purchase_line p JOIN hospital h USING (hospital_code)
                          WHERE {{where}}
                          ORDER BY {{order}} LIMIT %(rows)s) c
          JOIN purchase_line p USING (line_no)) p
  LEFT JOIN sheet_line l ON l.line_no = p.line_no
  LEFT JOIN line_void v ON v.line_no = p.line_no
  {_HELD}
 WHERE true
"""
_LIST = """
SELECT q.*, h.name AS hospital_name, e.name AS enterprise_name, d.name AS product_name,
       d.specification, s.sheet_no, s.state AS sheet_state
  FROM (SELECT p.line_no, p.line_kind, p.order_no, p.hospital_code, p.enterprise_code, p.nhsa_code,
               p.quantity, p.unit_price_yuan, p.amount_fen, p.accepted_on, l.sheet_id,
               v.line_no IS NOT NULL AS is_void,
               CASE WHEN l.line_no IS NOT NULL THEN 'direct' ELSE k.lane END AS lane, k.reasons,
               {held_period} AS held_period {source}
         ORDER BY {order} LIMIT %(rows)s) q
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = q.enterprise_code
  JOIN product d USING (nhsa_code) LEFT JOIN settlement_sheet s ON s.id = q.sheet_id
 ORDER BY {outer}
"""
#: Counting and adding stop at a limit: beyond it the page says so, and the export has all.
_TOTALS = f"""
SELECT count(*) AS lines, coalesce(sum(amount_fen), 0)::bigint AS sum_fen
  FROM (SELECT p.amount_fen {{source}} WHERE {{where}} LIMIT {COUNT_MAX + 1}) q
"""
_PLAIN_FROM = "FROM purchase_line p JOIN hospital h USING (hospital_code)"

STANDS = {
    "sheet": "l.line_no IS NOT NULL",
    "held": "l.line_no IS NULL AND v.line_no IS NULL AND cardinality(k.reasons) > 0",
    "next": (
        "l.line_no IS NULL AND v.line_no IS NULL AND k.lane = 'direct'"
        " AND cardinality(k.reasons) = 0"
    ),
    "self": "l.line_no IS NULL AND v.line_no IS NULL AND k.lane = 'self'",
    "unjudged": "l.line_no IS NULL AND v.line_no IS NULL AND k.lane IS NULL",
    "void": "v.line_no IS NOT NULL",
}
LANES = {
    "direct": "l.line_no IS NOT NULL OR k.lane = 'direct'",
    "self": "l.line_no IS NULL AND k.lane = 'self'",
}


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    first_on: date | None = None
    last_on: date | None = None
    areas: tuple[str, ...] = ()
    hospital: str = ""
    enterprise: str = ""
    product: str = ""
    lane: str = ""
    stands: str = ""
    reason: str = ""
    line_no: str = ""

    @property
    def waits(self) -> bool:
        """Return whether only lines outside the sheets are asked for."""
        return bool(self.reason) or self.stands in {"held", "next", "self"} or self.lane == "self"

    @property
    def plain(self) -> bool:
        """Return whether the line itself answers: no look at sheets or holds is needed."""
        return not (self.lane or self.stands or self.reason)


def where(rows: Rows, asked: Asked) -> Where:
    """Return the condition of the list within the reader's rows."""
    # What waits keeps its own day and parties: lines are looked up for the page alone.
    of = "k" if asked.waits else "p"
    scope = SCOPE | {"hospital": f"{of}.hospital_code", "enterprise": f"{of}.enterprise_code"}
    found = Where.of(rows, **scope)
    if asked.line_no:
        found.add(
            "p.line_no = %(line_no)s OR p.order_no = %(line_no)s", line_no=asked.line_no.strip()
        )
    else:
        found.add_if(asked.first_on, f"{of}.accepted_on >= %(first_on)s", "first_on")
        found.add_if(asked.last_on, f"{of}.accepted_on <= %(last_on)s", "last_on")
    found.add_if(list(asked.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    hospital, enterprise = f"{of}.hospital_code", f"{of}.enterprise_code"
    name_parties(found, asked.hospital, asked.enterprise, hospital, enterprise)
    if asked.product:
        found.add(
            "p.nhsa_code IN (SELECT nhsa_code FROM product WHERE nhsa_code = %(product)s"
            " OR name LIKE %(product_like)s)",
            product=asked.product,
            product_like=like(asked.product),
        )
    if asked.lane in LANES:
        found.add(LANES[asked.lane])
    if asked.stands in STANDS:
        found.add(STANDS[asked.stands])
    if asked.reason:
        found.add(
            "k.reasons @> ARRAY[%(reason)s]::text[] AND v.line_no IS NULL", reason=asked.reason
        )
    return found


_LATEST = Order(
    (Key("p.accepted_on", "accepted_on", day), Key("p.line_no", "line_no")), is_down=True
)
_NUMBERS = Order((Key("k.line_no", "line_no"),))


def order(asked: Asked) -> Order:
    """Return how the list is sorted: the latest acceptance first.

    Lines that wait come in the order of their numbers: so is what the settlement kept of them.
    """
    return _NUMBERS if asked.waits else _LATEST


def page(rows: Rows, asked: Asked, settled: list[str], place: Place | None = None) -> Turned:
    """Return the page at a place of the list."""
    found = where(rows, asked)
    told = {**found.told, "settled": settled}

    def ask(span: Span, most: int) -> list[Any]:
        text = _statement(f"{found.text} AND {span.condition}", asked, span.order)
        return fetch(text, {**told, **span.told, "rows": most})

    return turn(order(asked), place, ask)


def statement(rows: Rows, asked: Asked, settled: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many."""
    found = where(rows, asked)
    text = _statement(found.text, asked, order(asked).sql)
    return text, {**found.told, "settled": settled}


def _statement(condition: str, asked: Asked, order: str) -> str:
    if asked.plain:
        source = _PLAIN.format(where=condition, order=order)
    else:
        source = f"{_HELD_FROM if asked.waits else _FROM} WHERE {condition}"
    return _LIST.format(
        source=source,
        held_period="k.period" if asked.waits else "k.held_period",
        order=order,
        outer=order.replace("k." if asked.waits else "p.", "q."),
    )


def counted(rows: Rows, asked: Asked, settled: list[str]) -> Counted:
    """Return what a saved view of the list counts."""
    found = where(rows, asked)
    text = f"SELECT 1 {_source(asked)} WHERE {found.text}"
    return Counted(text, {**found.told, "settled": settled})


def _source(asked: Asked) -> str:
    """Return where lines are counted: not farther than the conditions look."""
    return _PLAIN_FROM if asked.plain else _HELD_FROM if asked.waits else _FROM


def totals(rows: Rows, asked: Asked, settled: list[str]) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of the lines the conditions find, at most COUNT_MAX + 1 of them."""
    found = where(rows, asked)
    text = _TOTALS.format(source=_source(asked), where=found.text)
    return fetch(text, {**found.told, "settled": settled})[0]
