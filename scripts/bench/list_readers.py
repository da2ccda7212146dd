"""Who reads which lists of a large database, and the addresses of the rows they look at."""

from models.records.base import reach, sql
from models.settings import Settings

#: {p} is the latest month, {q} one half a year before; the other names stand for one row each.
READERS: dict[str, tuple[str, ...]] = {
    "checker": (
        "/", "/sheets/", "/sheets/?view=soon", "/sheets/?view=held&period={p}",
        "/sheets/?view=all&period={q}", "/sheets/?view=all&hospital=人民医院&period={q}",
        "/sheets/?view=all&state=paid&sort=-payable", "/sheets/{sheet}",
        "/sheets/?view=all&state=paid&page=1000&after={sheet_place}",
        "/purchases/", "/purchases/?month={q}", "/purchases/?month={q}&hospital=人民医院",
        "/purchases/?month={q}&enterprise=医药&product=片",
        "/purchases/?month={q}&stands=held", "/purchases/?month={q}&stands=sheet",
        "/purchases/?month={q}&stands=void", "/purchases/?month={q}&reason=invoice_missing",
        "/purchases/?month={q}&lane=self", "/purchases/?line={line}", "/purchases/{line}",
        "/purchases/?page=1000&after={line_place}",
        "/holds/", "/holds/?period={q}", "/holds/?period={q}&reason=disputed",
        "/holds/?period={q}&hospital=人民医院",
        "/batches/", "/batches/?period={q}", "/payments/", "/payments/?period={q}&state=settled",
        "/payments/?enterprise=医药", "/payments/{payment}", "/results/", "/exceptions/",
        "/unconfirmed/", "/returns/",
        "/confirmations/", "/confirmations/disputes/", "/deliveries/?period={q}", "/invoices/",
        "/offsets/", "/offsets/?period={q}", "/subledgers/", "/shortfalls/", "/turnover/",
        "/money-requests/", "/round-prepayments/", "/hospital-accounts/", "/own-payments/",
        "/own-payments/?page=1000&after={own_place}",
        "/ledger/", "/ledger/?first={q}-01&last={q}-28", "/ledger/?page=1000&after={entry}",
        "/mails/", "/promises/", "/excuses/", "/measures/", "/contacts/", "/mandates/",
        "/coverage/", "/coverage/outside/", "/identity/", "/jobs/", "/imports/", "/schemes/",
        "/overdue/", "/overdue/?hospital=人民医院", "/overdue/?tab=line", "/overdue/calendar",
        "/overdue/ranking/", "/statistics/", "/papers/", "/problems/", "/risks/", "/retention/",
        "/participation/", "/signing/",
    ),
    "auditor": ("/audit/", "/users/"),
    "hospital": (
        "/", "/sheets/?view=all&period={q}", "/purchases/", "/purchases/?month={q}&stands=held",
        "/purchases/?month={q}&stands=sheet", "/holds/", "/payments/", "/overdue/", "/offsets/",
        "/confirmations/", "/own-payments/",
    ),
    "enterprise": (
        "/", "/sheets/?view=all&period={q}", "/purchases/", "/purchases/?month={q}&stands=held",
        "/purchases/?month={q}&stands=sheet", "/holds/", "/my-payments/", "/payments/", "/overdue/",
        "/confirmations/",
    ),
}  # fmt: skip

#: A row from the middle of each long list: its neighbours are as far from both ends as can be.
_ONE = {
    "sheet_place": (
        "SELECT due_on || '|' || id FROM settlement_sheet WHERE state = 'paid'"
        " ORDER BY due_on, id OFFSET 50000 LIMIT 1"
    ),
    "line_place": (
        "SELECT accepted_on || '|' || line_no FROM purchase_line"
        " WHERE accepted_on = (SELECT min(accepted_on) + (max(accepted_on) - min(accepted_on)) / 2"
        " FROM purchase_line) LIMIT 1"
    ),
    "own_place": (
        "SELECT paid_on || '|' || payment_no || '|' || line_no FROM hospital_payment"
        " ORDER BY paid_on DESC OFFSET 50000 LIMIT 1"
    ),
    "entry": "SELECT max(entry_no) / 2 FROM ledger_entry",
    "line": "SELECT line_no FROM purchase_line LIMIT 1",
    "sheet": "SELECT sheet_no FROM settlement_sheet WHERE lines_count > 20 LIMIT 1",
    "payment": "SELECT reference FROM payment_instruction WHERE state = 'settled' LIMIT 1",
}


def latest_period() -> str:
    """Return the last settled month of the database that is reached."""
    return str(sql("SELECT max(period) FROM settled_period").fetchone()[0])


def facts(settings: Settings) -> dict[str, str]:
    """Return what the addresses speak of; where there is no such row, a word that finds none."""
    reach(settings)
    periods = [r[0] for r in sql("SELECT DISTINCT period FROM settled_period ORDER BY 1 DESC")]
    found = {"p": periods[0], "q": periods[len(periods) // 2]}
    for name, text in _ONE.items():
        row = sql(text).fetchone()
        found[name] = str(row[0]) if row and row[0] is not None else "none"
    return found
