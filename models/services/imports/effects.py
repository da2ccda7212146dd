"""What taken rows set in motion: accounts to verify, trace codes, evidence that came too late."""

from collections.abc import Callable

from models.records.base import sql
from models.services import awaited, ledger, requests
from models.services.imports import account_asks
from models.services.imports.intake import Intake


def before(intake: Intake) -> None:
    """Do what must see the rows as they were."""
    if intake.kind == "enterprises":
        account_asks.ask(intake)


def after(intake: Intake) -> None:
    """Do what follows from the rows taken."""
    for step in _AFTER.get(intake.kind, ()):
        step(intake)


def _keep_trace_codes(_: Intake) -> None:
    sql(
        "INSERT INTO trace_code (code, line_no, place)"
        " SELECT c.code, l.line_no, c.place FROM taken k JOIN stage s USING (row_no)"
        " JOIN purchase_line l USING (line_no), unnest(string_to_array(l.trace_codes, ' '))"
        " WITH ORDINALITY AS c(code, place) WHERE l.trace_codes IS NOT NULL"
        " ORDER BY c.code ON CONFLICT DO NOTHING"
    )


def _hold_sheets(_: Intake) -> None:
    """Wait for a review under way, or let it wait for this file: one of the two sees the other.

    Else a dispute could slip in between: the review did not see it, and this file saw a draft.
    """
    sql(
        "SELECT count(*) FROM (SELECT 1 FROM settlement_sheet WHERE id IN (SELECT l.sheet_id"
        " FROM taken k JOIN stage s USING (row_no) JOIN sheet_line l USING (line_no))"
        " ORDER BY id FOR SHARE) held"
    )


def _late(intake: Intake, evidence: str, facts: str, amount: str, condition: str) -> None:
    """Open one case for evidence about a line whose sheet was reviewed already."""
    sql(
        f"""
        INSERT INTO payment_exception (kind, sheet_id, line_no, amount_fen, evidence, facts,
                                       opened_at, opened_on, dedupe_key)
        SELECT 'late_evidence', l.sheet_id, s.line_no, {amount}, {evidence}, {facts},
               %(now)s, %(on)s, 'late:' || {evidence}
          FROM taken k JOIN stage s USING (row_no) JOIN sheet_line l USING (line_no)
          JOIN settlement_sheet x ON x.id = l.sheet_id AND x.state <> 'draft'
         WHERE {condition}
        ON CONFLICT (dedupe_key) DO NOTHING
        """,
        intake.told,
    )


def _late_decisions(intake: Intake) -> None:
    _late(
        intake,
        "'confirmation:' || s.line_no || ':' || s.party || ':'"
        " || to_char(s.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        "jsonb_build_object('what', 'confirmation', 'party', s.party, 'decision', s.decision,"
        " 'decided_at', s.decided_at, 'reason', s.reason)",
        "s.amount_yuan",
        "true",
    )


def _late_invoices(intake: Intake) -> None:
    _late(
        intake,
        "'invoice:' || s.invoice_code || ':' || s.invoice_no || ':' || s.line_no",
        "jsonb_build_object('what', 'invoice', 'kind', s.kind, 'issued_on', s.issued_on)",
        "s.amount_yuan",
        "true",
    )


def _late_confirmed_days(intake: Intake) -> None:
    for party in ("hospital", "enterprise"):
        _late(
            intake,
            f"'confirmed_on:' || s.line_no || ':{party}:' || s.{party}_confirmed_on",
            f"jsonb_build_object('what', 'confirmed_on', 'party', '{party}',"
            f" 'day', s.{party}_confirmed_on)",
            "s.amount_yuan",
            f"NOT k.new AND s.{party}_confirmed_on IS NOT NULL",
        )


def _book_vouchers(intake: Intake) -> None:
    ledger.book_vouchers(on=intake.on)


def _answer_requests(intake: Intake) -> None:
    requests.look_where_asked(intake.actor.name, intake.on)


def _end_windows(intake: Intake) -> None:
    awaited.hear(intake.told)


_AFTER: dict[str, tuple[Callable[[Intake], None], ...]] = {
    "purchases": (_keep_trace_codes, _late_confirmed_days),
    "confirmations": (_hold_sheets, _late_decisions, _end_windows),
    "invoices": (_hold_sheets, _late_invoices),
    "prepayments": (_book_vouchers, _answer_requests),
}
