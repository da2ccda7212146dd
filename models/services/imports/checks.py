"""What only some tables ask: kinds of lines, parties of invoices, balances, trees of areas."""

from collections.abc import Callable

from models.records.base import sql
from models.rules.errors.imports import RowCode
from models.rules.words import VoucherKind
from models.services import area_locks
from models.services.imports import staging
from models.services.imports.intake import Intake


def check(intake: Intake) -> None:
    """Find what is wrong with staged rows beyond their cells and references."""
    for step in _STEPS.get(intake.kind, ()):
        step(intake)
    if intake.kind == "areas" and intake.areas is not None:
        staging.mark_bad()
        _areas_within(intake.areas)
    if intake.schema.about.self_reference:
        _check_tree(intake)


def _payments_of_receipts(_: Intake) -> None:
    sql(
        "INSERT INTO finding SELECT s.row_no, 'bad_choice', 'line_no' FROM stage s"
        " JOIN purchase_line l USING (line_no) WHERE l.line_kind <> 'receipt'"
        " AND NOT EXISTS (SELECT FROM finding f WHERE f.row_no = s.row_no"
        " AND f.column_name = 'line_no' AND f.code = 'unknown_reference')"
    )


def _voids_off_sheet(_: Intake) -> None:
    codes = sql(
        "SELECT DISTINCT h.area_code FROM stage s JOIN purchase_line l USING (line_no)"
        " JOIN hospital h ON h.hospital_code = l.hospital_code"
    )
    area_locks.lock([code for (code,) in codes])
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', 'line_no' FROM stage s"
        " JOIN sheet_line l USING (line_no)"
    )


def _invoices_of_their_line(_: Intake) -> None:
    for column in ("enterprise_code", "hospital_code"):
        sql(
            f"INSERT INTO finding SELECT s.row_no, 'party_mismatch', '{column}' FROM stage s"
            f" JOIN purchase_line l USING (line_no) WHERE l.{column} <> s.{column}"
            " AND NOT EXISTS (SELECT FROM finding f WHERE f.row_no = s.row_no"
            " AND f.column_name = 'line_no' AND f.code = 'unknown_reference')"
        )


def _invoices_of_one_pair(_: Intake) -> None:
    """Hold an invoice to the parties it is known with, else to those of its first good row."""
    staging.mark_bad()
    sql(
        """
        WITH first_rows AS (
            SELECT DISTINCT ON (invoice_no, invoice_code)
                   invoice_no, invoice_code, enterprise_code, hospital_code
              FROM stage WHERE NOT bad ORDER BY invoice_no, invoice_code, row_no
        ), known AS (
            SELECT DISTINCT ON (i.invoice_no, i.invoice_code)
                   i.invoice_no, i.invoice_code, i.enterprise_code, i.hospital_code
              FROM invoice_line i
              JOIN (SELECT DISTINCT invoice_no, invoice_code FROM stage) s
             USING (invoice_no, invoice_code)
        ), pairs AS (
            SELECT * FROM known
             UNION ALL
            SELECT f.* FROM first_rows f WHERE NOT EXISTS (
                SELECT FROM known k
                 WHERE k.invoice_no = f.invoice_no AND k.invoice_code = f.invoice_code)
        )
        INSERT INTO finding
        SELECT s.row_no, 'party_mismatch', 'invoice_no' FROM stage s
          JOIN pairs p USING (invoice_no, invoice_code)
         WHERE (s.enterprise_code <> p.enterprise_code OR s.hospital_code <> p.hospital_code)
           AND NOT EXISTS (SELECT FROM finding f
                            WHERE f.row_no = s.row_no AND f.code = 'party_mismatch')
        """
    )


def _areas_within(areas: list[str]) -> None:
    """Let a limited actor add areas below his own and change none elsewhere."""
    known = {code for (code,) in sql("SELECT area_code FROM area")}
    rows = sql("SELECT row_no, area_code, parent_code FROM stage WHERE NOT bad").fetchall()
    allowed = set(areas)
    grown = True
    while grown:
        below = {code for _, code, parent in rows if parent in allowed and code not in known}
        grown = not below <= allowed
        allowed |= below
    staging.found(
        (row, "area_code", RowCode.UNKNOWN_REFERENCE)
        for row, code, _ in rows
        if code not in allowed
    )


def _check_tree(intake: Intake) -> None:
    """Refuse rows whose chain ends nowhere or in a circle, and all that depend on them."""
    fresh = True
    while fresh:
        staging.mark_bad()
        _check_self_reference(intake)
        fresh = staging.mark_bad() > 0
        if intake.kind == "areas" and not fresh:
            _check_cycles()
            fresh = staging.mark_bad() > 0


def _check_self_reference(intake: Intake) -> None:
    """Ask for a row that is known or accepted from the same file, however deep the chain."""
    about = intake.schema.about
    column, key = about.self_reference, about.key[0]
    sql(
        f"""
        WITH RECURSIVE good AS (
            SELECT s.{key} FROM stage s WHERE NOT s.bad AND (s.{column} IS NULL
                OR s.{column} = s.{key}
                OR EXISTS (SELECT FROM {about.table} t WHERE t.{key} = s.{column}))
             UNION
            SELECT s.{key} FROM stage s JOIN good g ON s.{column} = g.{key} WHERE NOT s.bad
        )
        INSERT INTO finding
        SELECT s.row_no, 'unknown_reference', %(column)s FROM stage s
         WHERE s.{column} IS NOT NULL
           AND NOT EXISTS (SELECT FROM {about.table} t WHERE t.{key} = s.{column})
           AND NOT EXISTS (SELECT FROM good g WHERE g.{key} = s.{column})
           AND NOT EXISTS (SELECT FROM finding f
                            WHERE f.row_no = s.row_no AND f.column_name = %(column)s)
        """,
        {"column": column},
    )


def _check_cycles() -> None:
    """Areas must stay a tree: a row that would close a circle is refused."""
    parents: dict[str, str | None] = dict(sql("SELECT area_code, parent_code FROM area"))
    wrong = []
    for row, code, parent in sql(
        "SELECT row_no, area_code, parent_code FROM stage WHERE NOT bad ORDER BY row_no"
    ).fetchall():
        if _climbs_to(parent, code, parents):
            wrong.append((row, "parent_code", RowCode.UNKNOWN_REFERENCE))
        else:
            parents[code] = parent
    staging.found(wrong)


def _climbs_to(start: str | None, code: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    while start is not None and start not in seen:
        if start == code:
            return True
        seen.add(start)
        start = parents.get(start)
    return False


def covered_fen() -> str:
    """Return the SQL of what sheets of hospital h took from its sub-ledger.

    A sheet is covered once `pay` made an instruction for it, and stays covered whatever the bank
    says about that instruction.
    """
    return (
        "SELECT coalesce(sum(x.payable_fen), 0) FROM settlement_sheet x"
        " WHERE x.hospital_code = h.hospital_code"
        " AND x.funding IN ('prepaid_subledger', 'turnover')"
        " AND EXISTS (SELECT FROM payment_allocation a WHERE a.sheet_id = x.id)"
    )


def _refunds_within_balance(_: Intake) -> None:
    """Walk through the vouchers in the file's order: a refund above what is left is refused.

    Under the locks of the areas, so that no payment draws on the same balance meanwhile.
    """
    staging.mark_bad()
    codes = sql("SELECT DISTINCT h.area_code FROM stage s JOIN hospital h USING (hospital_code)")
    area_locks.lock([code for (code,) in codes])
    balances: dict[str, int] = {
        code: int(balance)
        for code, balance in sql(
            f"""
            SELECT h.hospital_code, coalesce((
                     SELECT sum(CASE v.kind WHEN 'refund' THEN -v.amount_fen ELSE v.amount_fen END)
                       FROM prepayment_voucher v WHERE v.hospital_code = h.hospital_code), 0)
                   - ({covered_fen()})
              FROM (SELECT DISTINCT hospital_code FROM stage
                     WHERE NOT bad AND kind = 'refund') h
            """
        )
    }
    if not balances:
        return
    wrong, seen = [], set()
    for row, voucher, code, kind, amount in sql(
        "SELECT s.row_no, s.voucher_no, s.hospital_code, s.kind, s.amount_yuan FROM stage s"
        " WHERE NOT s.bad AND s.hospital_code = ANY(%(codes)s) AND NOT EXISTS (SELECT"
        " FROM prepayment_voucher v WHERE v.voucher_no = s.voucher_no) ORDER BY s.row_no",
        {"codes": list(balances)},
    ).fetchall():
        if voucher in seen:
            continue
        if kind == VoucherKind.REFUND and amount > balances[code]:
            wrong.append((row, "amount_yuan", RowCode.BAD_NUMBER))
            continue
        seen.add(voucher)
        balances[code] += -amount if kind == VoucherKind.REFUND else amount
    staging.found(wrong)


def _closed_accounts_take_nothing(_: Intake) -> None:
    """Refuse vouchers of closed sub-ledgers, and new prepayments of those that are wound up."""
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', 'hospital_code' FROM stage s"
        " JOIN subledger_closing c USING (hospital_code)"
        " WHERE (c.state = 'closed' OR c.state = 'running' AND s.kind = 'prepayment')"
        " AND NOT EXISTS (SELECT FROM prepayment_voucher v WHERE v.voucher_no = s.voucher_no)"
    )


def _ended_mandates_stay(intake: Intake) -> None:
    """Keep a file from opening again what a person ended with a reason."""
    if "valid_to" not in intake.present:
        return
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', 'valid_to' FROM stage s"
        " JOIN mandate m USING (hospital_code, valid_from)"
        " WHERE m.ended_by IS NOT NULL AND m.valid_to IS DISTINCT FROM s.valid_to"
    )


def _lines_of_open_reports(_: Intake) -> None:
    """Refuse lines of a report that was submitted, of the hospital's own or of its lead's."""
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', 'reported_quantity' FROM stage s"
        " JOIN hospital h USING (hospital_code) WHERE EXISTS (SELECT FROM quantity_report q"
        " WHERE q.round_code = s.round_code AND q.state IN ('submitted', 'reviewed')"
        " AND (q.hospital_code = s.hospital_code"
        " OR q.unified AND q.hospital_code = h.lead_hospital_code))"
        " AND NOT EXISTS (SELECT FROM quantity_report_line l WHERE (l.hospital_code,"
        " l.round_code, l.nhsa_code) = (s.hospital_code, s.round_code, s.nhsa_code)"
        " AND l.reported_quantity = s.reported_quantity"
        " AND l.reason IS NOT DISTINCT FROM s.reason)"
    )


_STEPS: dict[str, tuple[Callable[[Intake], None], ...]] = {
    "hospital_payments": (_payments_of_receipts,),
    "voids": (_voids_off_sheet,),
    "invoices": (_invoices_of_their_line, _invoices_of_one_pair),
    "mandates": (_ended_mandates_stay,),
    "report_lines": (_lines_of_open_reports,),
    "prepayments": (_closed_accounts_take_nothing, _refunds_within_balance),
}
