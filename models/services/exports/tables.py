"""The exports of the outside contract: each is a name, its columns and one SELECT."""

from collections.abc import Callable
from dataclasses import dataclass

from models.services.exports import arrears, payments, statistics
from models.services.exports.scope import Ask
from models.services.overdue import listing, watched


@dataclass(frozen=True)
class Export:
    """One export: the SELECT yields exactly the columns, in order and sorted by key."""

    columns: tuple[str, ...]
    select: str
    #: Builds temporary tables that the SELECT reads, in the same transaction.
    prepare: Callable[[Ask], None] | None = None


def text(column: str) -> str:
    """Return SQL of a text column that a spreadsheet does not run (leading apostrophe)."""
    return f"CASE WHEN {column} ~ '^[=+@-]' THEN '''' || {column} ELSE {column} END"


def yuan(column: str) -> str:
    """Return SQL of an amount in fen as yuan with two decimals."""
    return f"({column}::numeric / 100)::numeric(24, 2)"


def _own(hospital: str, enterprise: str) -> str:
    """Return the condition that bounds hospitals and enterprises to their own rows."""
    return (
        f"(%(hospital)s::text IS NULL OR {hospital} = ANY (%(hospitals)s))"
        f" AND (%(enterprise)s::text IS NULL OR {enterprise} = %(enterprise)s)"
    )


_PERIOD = "(%(period)s::text IS NULL OR {0} = %(period)s)"

_SHEETS = f"""
SELECT s.period, s.area_code, s.hospital_code, s.enterprise_code, s.lines_count,
       {yuan("s.received_fen")}, {yuan("s.returned_fen")}, {yuan("s.adjusted_fen")},
       {yuan("s.carried_in_fen")}, {yuan("s.payable_fen")}, {yuan("s.carried_out_fen")}, s.due_on,
       s.state
  FROM settlement_sheet s
 WHERE {_PERIOD.format("s.period")} AND s.area_code = ANY (%(areas)s)
   AND {_own("s.hospital_code", "s.enterprise_code")}
 ORDER BY s.period, s.hospital_code, s.enterprise_code
"""

_SHEET_LINES = f"""
SELECT {text("l.line_no")}, s.period, s.hospital_code, s.enterprise_code, {yuan("l.amount_fen")},
       l.due_on
  FROM sheet_line l JOIN settlement_sheet s ON s.id = l.sheet_id
 WHERE {_PERIOD.format("s.period")} AND s.area_code = ANY (%(areas)s)
   AND {_own("s.hospital_code", "s.enterprise_code")}
 ORDER BY s.period, l.line_no
"""

_HOLDS = f"""
SELECT {text("h.line_no")}, h.lane, array_to_string(h.reasons, ';')
  FROM held_line h JOIN purchase_line p USING (line_no)
 WHERE {_PERIOD.format("h.period")} AND h.area_code = ANY (%(areas)s)
   AND {_own("p.hospital_code", "p.enterprise_code")}
 ORDER BY h.period, h.line_no
"""

#: Whole for those who pay or are paid; the last four digits are enough for everybody else.
_ACCOUNT = (
    f"CASE WHEN %(whole_accounts)s THEN {text('i.payee_account_no')}"
    " ELSE '•••• ' || right(i.payee_account_no, 4) END"
)

_PAYMENTS = f"""
SELECT i.reference, b.batch_no, i.enterprise_code, {_ACCOUNT},
       {yuan("i.amount_fen")}, i.state
  FROM payment_instruction i LEFT JOIN payment_batch b ON b.id = i.batch_id
 WHERE {_PERIOD.format("i.period")} AND i.area_code = ANY (%(areas)s)
   AND i.enterprise_code IS NOT NULL
   AND (%(enterprise)s::text IS NULL OR i.enterprise_code = %(enterprise)s)
   AND (%(hospital)s::text IS NULL OR EXISTS (
       SELECT 1 FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
        WHERE a.instruction_id = i.id AND s.hospital_code = %(hospital)s))
 ORDER BY i.reference
"""

_OFFSETS = f"""
SELECT o.period, o.hospital_code, {yuan("o.available_fen")}, {yuan("o.goods_fen")},
       {yuan("o.carried_in_fen")}, {yuan("o.offset_fen")}, {yuan("o.carried_out_fen")}
  FROM hospital_offset o
 WHERE {_PERIOD.format("o.period")} AND o.area_code = ANY (%(areas)s)
   AND {_own("o.hospital_code", "NULL")}
 ORDER BY o.period, o.hospital_code
"""

#: Accounts are `<book>:<code>`; everybody but those who see everything gets the entries of the
#: agencies, hospitals and institutions in their rows.
_LEDGER = f"""
WITH mine AS (
    SELECT agency_code AS code FROM agency
     WHERE area_code = ANY (%(areas)s) AND %(hospital)s::text IS NULL
       AND %(enterprise)s::text IS NULL
    UNION
    SELECT hospital_code FROM hospital
     WHERE area_code = ANY (%(areas)s) AND %(enterprise)s::text IS NULL
       AND (%(hospital)s::text IS NULL OR hospital_code = %(hospital)s)
    UNION
    SELECT %(enterprise)s::text
)
SELECT e.entry_no,
       to_char(e.posted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"'),
       e.debit_account, e.credit_account, {yuan("e.amount_fen")}, e.kind, {text("e.source")}
  FROM ledger_entry e
 WHERE (%(everything)s AND %(hospital)s::text IS NULL AND %(enterprise)s::text IS NULL
        OR split_part(e.debit_account, ':', 2) IN (SELECT code FROM mine)
        OR split_part(e.credit_account, ':', 2) IN (SELECT code FROM mine))
   AND (%(period)s::text IS NULL OR to_char(e.posted_on, 'YYYY-MM') = %(period)s)
 ORDER BY e.entry_no
"""

_INDICATORS = f"""
SELECT i.period, i.hospital_code, i.indicator, {text("i.subject")},
       CASE WHEN i.is_money THEN i.numerator::numeric(24, 2)::text ELSE i.numerator::text END,
       CASE WHEN i.is_money THEN i.denominator::numeric(24, 2)::text ELSE i.denominator::text END,
       i.value_bp, i.target_bp, coalesce(i.verdict, '')
  FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE {_PERIOD.format("i.period")} AND h.area_code = ANY (%(areas)s)
   AND {_own("i.hospital_code", "NULL")}
 ORDER BY i.period, i.hospital_code, i.indicator, i.subject
"""

_RETENTION = f"""
SELECT r.period, r.hospital_code, {text("r.round_code")}, {yuan("r.base_fen")},
       trim_scale(r.score), r.ratio_bp, {yuan("r.retained_fen")}
  FROM retention_result r JOIN hospital h USING (hospital_code)
 WHERE {_PERIOD.format("r.period")} AND h.area_code = ANY (%(areas)s)
   AND {_own("r.hospital_code", "NULL")}
 ORDER BY r.period, r.hospital_code, r.round_code
"""


_OVERDUE = f"""
SELECT {text("l.line_no")}, l.lane, l.hospital_code, l.enterprise_code, l.due_on, l.days_late,
       {yuan("l.unpaid_fen")}, {yuan("coalesce(i.interest_fen, 0)")}, l.step, l.responsible
  FROM late l
  LEFT JOIN (SELECT line_no, sum(interest_fen) AS interest_fen FROM late_part GROUP BY 1) i
       USING (line_no)
 WHERE {_own("l.hospital_code", "l.enterprise_code")}
 ORDER BY l.line_no COLLATE "C"
"""

_INTEREST = f"""
SELECT {text("i.line_no")}, i.part, {yuan("i.amount_fen")}, i.due_on, i.paid_on, i.days, i.rate_bp,
       {yuan("i.interest_fen")}
  FROM late_part i JOIN purchase_line p USING (line_no)
 WHERE {_own("p.hospital_code", "p.enterprise_code")}
 ORDER BY i.line_no COLLATE "C", i.part
"""


def _late(asked: Ask) -> None:
    listing.collect(asked.areas, asked.on)
    watched.collect_interest(asked.on)


def _watched(asked: Ask) -> None:
    watched.collect(asked.areas, asked.on)
    watched.collect_interest(asked.on)


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


WHAT: dict[str, Export] = {
    "sheets": Export(
        _columns(
            "period area_code hospital_code enterprise_code lines received_yuan returned_yuan"
            " adjusted_yuan carried_in_yuan payable_yuan carried_out_yuan due_on state"
        ),
        _SHEETS,
    ),
    "sheet_lines": Export(
        _columns("line_no period hospital_code enterprise_code amount_yuan due_on"), _SHEET_LINES
    ),
    "holds": Export(_columns("line_no lane reasons"), _HOLDS),
    "payments": Export(
        _columns("reference batch_no enterprise_code account_no amount_yuan state"), _PAYMENTS
    ),
    "offsets": Export(
        _columns(
            "period hospital_code available_yuan goods_yuan carried_in_yuan offset_yuan"
            " carried_out_yuan"
        ),
        _OFFSETS,
    ),
    "ledger": Export(
        _columns("entry_no posted_at debit_account credit_account amount_yuan kind source"), _LEDGER
    ),
    "overdue": Export(
        _columns(
            "line_no lane hospital_code enterprise_code due_on days_late unpaid_yuan interest_yuan"
            " step responsible"
        ),
        _OVERDUE,
        _late,
    ),
    "interest": Export(
        _columns("line_no part amount_yuan due_on paid_on days rate interest_yuan"),
        _INTEREST,
        _watched,
    ),
    "indicators": Export(
        _columns(
            "period hospital_code indicator subject numerator denominator value_bp target_bp"
            " verdict"
        ),
        _INDICATORS,
    ),
    "retention": Export(
        _columns("period hospital_code round_code base_yuan score ratio_bp retained_yuan"),
        _RETENTION,
    ),
    "arrears_ranking": Export(_columns(arrears.RANKING_COLUMNS), arrears.RANKING),
    "overdue_publication": Export(_columns(arrears.PUBLICATION_COLUMNS), arrears.PUBLICATION),
    "unconfirmed": Export(_columns(payments.UNCONFIRMED_COLUMNS), payments.UNCONFIRMED),
    "returns": Export(_columns(payments.RETURNS_COLUMNS), payments.RETURNS),
    "identity": Export(_columns(payments.IDENTITY_COLUMNS), payments.IDENTITY, payments.collect),
    "statistics": Export(
        _columns(statistics.STATISTICS_COLUMNS),
        statistics.STATISTICS,
        statistics.collect_statistics,
    ),
    "deliveries": Export(
        _columns(statistics.DELIVERIES_COLUMNS),
        statistics.DELIVERIES,
        statistics.collect_deliveries,
    ),
}
