"""One box goes anywhere: any number, name or amount leads to its page."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext

from models.records.base import db
from models.rules.money import fen
from web import scope
from web.admin.pages import WorkView
from web.permissions import Page, may_read

FOUND_MAX = 8
WORD_CHARS_MIN = 2


@dataclass(frozen=True)
class Place:
    """Where is looked: SELECT key, title, note by %(exact)s, %(like)s, %(fen)s and {scope}."""

    page: Page
    name: Any
    statement: str
    columns: dict[str, str]
    url: str


@dataclass(frozen=True)
class Found:
    """One thing that was found."""

    kind: str
    title: str
    note: str
    url: str


_SHEET = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}

PLACES = (
    Place(
        Page.SHEETS,
        lazy_gettext("结算单"),
        "SELECT s.sheet_no, s.sheet_no, h.name || ' → ' || e.name FROM settlement_sheet s"
        " JOIN hospital h USING (hospital_code)"
        " JOIN enterprise e ON e.credit_code = s.enterprise_code"
        " WHERE (s.sheet_no = %(exact)s OR s.payable_fen = %(fen)s) AND {scope}",
        _SHEET,
        "/sheets/{}",
    ),
    Place(
        Page.BATCHES,
        lazy_gettext("付款批次"),
        "SELECT batch_no, batch_no, period FROM payment_batch"
        " WHERE (batch_no = %(exact)s OR total_fen = %(fen)s)",
        {},
        "/batches/{}",
    ),
    Place(
        Page.PAYMENTS,
        lazy_gettext("付款指令"),
        "SELECT i.reference, i.reference, i.payee_account_name FROM payment_instruction i"
        " WHERE (i.reference = %(exact)s OR i.amount_fen = %(fen)s"
        " OR right(i.payee_account_no, 4) = %(exact)s) AND {scope}",
        {"area": "i.area_code", "enterprise": "i.enterprise_code"},
        "/payments/{}",
    ),
    Place(
        Page.PURCHASES,
        lazy_gettext("采购明细"),
        "SELECT p.line_no, p.line_no, p.order_no FROM purchase_line p"
        " JOIN hospital h USING (hospital_code) WHERE p.line_no = %(exact)s AND {scope}",
        {"area": "h.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"},
        "/purchases/{}",
    ),
    Place(
        Page.MONEY_REQUESTS,
        lazy_gettext("款项通知"),
        "SELECT r.request_no, r.request_no, h.name FROM money_request r"
        " JOIN hospital h USING (hospital_code)"
        " WHERE (r.request_no = %(exact)s OR r.amount_fen = %(fen)s) AND {scope}",
        {"area": "r.area_code", "hospital": "r.hospital_code"},
        "/money-requests/{}",
    ),
    Place(
        Page.SUBLEDGERS,
        lazy_gettext("分簿销户"),
        "SELECT k.closing_no, k.closing_no, h.name FROM subledger_closing k"
        " JOIN hospital h USING (hospital_code) WHERE k.closing_no = %(exact)s AND {scope}",
        {"area": "k.area_code", "hospital": "k.hospital_code"},
        "/subledger-closings/{}",
    ),
    Place(
        Page.SUBLEDGERS,
        lazy_gettext("分簿"),
        "SELECT v.hospital_code, v.voucher_no, h.name FROM prepayment_voucher v"
        " JOIN hospital h USING (hospital_code) WHERE v.voucher_no = %(exact)s AND {scope}",
        {"area": "h.area_code", "hospital": "v.hospital_code"},
        "/subledgers/{}",
    ),
    Place(
        Page.ROUND_PREPAYMENTS,
        lazy_gettext("集采预付"),
        "SELECT DISTINCT p.prepayment_no, p.prepayment_no, h.name FROM round_prepayment p"
        " JOIN hospital h USING (hospital_code)"
        " LEFT JOIN round_share s ON s.prepayment_id = p.id AND p.paid_on IS NOT NULL"
        " WHERE p.prepayment_no = %(exact)s AND {scope}",
        {
            "area": "p.area_code",
            "hospital": "p.hospital_code",
            "enterprise": "s.enterprise_code",
        },
        "/round-prepayments/{}",
    ),
    Place(
        Page.PROBLEMS,
        lazy_gettext("集采问题"),
        "SELECT DISTINCT p.problem_no, p.problem_no, p.title FROM problem p"
        " JOIN problem_sight u ON u.problem_id = p.id"
        " WHERE p.problem_no = %(exact)s AND {scope}",
        {"area": "u.area_code", "hospital": "u.hospital_code", "enterprise": "u.enterprise_code"},
        "/problems/{}",
    ),
    Place(
        Page.MASTER,
        lazy_gettext("医疗机构"),
        "SELECT h.hospital_code, h.name, h.hospital_code FROM hospital h"
        " WHERE (h.hospital_code = %(exact)s OR h.name LIKE %(like)s) AND {scope}",
        {"area": "h.area_code", "hospital": "h.hospital_code"},
        "/hospitals/details/?id={}",
    ),
    Place(
        Page.MASTER,
        lazy_gettext("医药企业"),
        "SELECT e.credit_code, e.name, e.credit_code FROM enterprise e"
        " WHERE (e.credit_code = %(exact)s OR e.name LIKE %(like)s) AND {scope}",
        {"enterprise": "e.credit_code"},
        "/enterprises/details/?id={}",
    ),
    Place(
        Page.MASTER,
        lazy_gettext("购销协议"),
        "SELECT c.contract_no, c.contract_no, h.name FROM contract c"
        " JOIN hospital h USING (hospital_code) WHERE c.contract_no = %(exact)s AND {scope}",
        {"area": "h.area_code", "hospital": "c.hospital_code", "enterprise": "c.enterprise_code"},
        "/contracts/details/?id={}",
    ),
)


def _amount(text: str) -> int | None:
    try:
        return fen(text.replace(",", "").removeprefix("¥"))
    except ValueError:
        return None


def search(text: str) -> list[Found]:
    """Return what the text may mean within the reader's rows, at most a few of each kind."""
    like = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = {
        "exact": text,
        "like": f"%{like}%" if len(text) >= WORD_CHARS_MIN else None,
        "fen": _amount(text),
    }
    found: list[Found] = []
    for place in PLACES:
        if not may_read(g.actor.role, place.page):
            continue
        condition, told = _bound(place)
        statement = place.statement.format(scope=condition) + f" LIMIT {FOUND_MAX}"
        for key, title, note in db.execute_sql(statement, asked | told):
            found.append(Found(str(place.name), title, note, place.url.format(quote(key, safe=""))))
    return found


def _bound(place: Place) -> tuple[str, dict[str, Any]]:
    """Return the condition of the reader's rows; an enterprise serves every area."""
    rows = scope.current()
    if not place.columns or (rows.areas is not None and "area" not in place.columns):
        return "true", {}
    return rows.sql(**place.columns)


class FindView(WorkView):
    """The result of the find box, or at once the page when there is one."""

    page: ClassVar[Page] = Page.TODAY
    in_menu = False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List what was found; a single hit opens at once."""
        text = request.args.get("q", "").strip()
        found = search(text) if text else []
        if len(found) == 1:
            return redirect(found[0].url)
        return self.render("zhijie/find.html", text=text, found=found, amount=_amount(text))


class GoView(WorkView):
    """/go/<any number> leads from paper, mail or a spreadsheet to the page."""

    page: ClassVar[Page] = Page.TODAY
    in_menu = False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Answer that a number is needed."""
        abort(404)

    @expose("/<path:number>")
    def go(self, number: str) -> ResponseReturnValue:
        """Open the page of a number."""
        found = search(number.strip())
        if found:
            return redirect(found[0].url)
        # Nothing of the business has this number: it may be a job of the reader.
        return redirect(f"/jobs/{number}") if number.isdigit() else abort(404)


def views() -> list[WorkView]:
    """Return the pages."""
    return [
        FindView(lazy_gettext("查找"), endpoint="find", url="/find"),
        GoView(lazy_gettext("查找"), endpoint="go", url="/go"),
    ]
