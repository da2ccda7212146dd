"""The check page of opening statement days: from, to, how many, and why."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from models.services import statements
from web.admin.screen import Check


def opening(key: str, account_no: str, first: date | None, last: date | None) -> Check:
    """Return what is repeated before days are opened."""
    count = (last - first).days + 1 if first and last and first <= last else 0
    fits = 0 < count <= statements.days.OPEN_DAYS_MAX
    return Check(
        title=_("核对：开立对账单日"),
        sentence=_("开立的日子必须收到银行对账单才能结平；到期未收到会一直列在这里。"),
        button=_("开立 %(n)s 天", n=count),
        seen={"account": account_no, "first": first, "last": last},
        figures=[
            (_("账户"), f"…{account_no[-4:]}"),
            (_("起"), str(first or "—")),
            (_("止"), str(last or "—")),
            (_("天数"), str(count)),
        ],
        notes=[]
        if fits
        else [("bad", _("请填写起止日期，一次最多 %(n)s 天。", n=statements.days.OPEN_DAYS_MAX))],
        reason=_("原因（写入审计日志）"),
        possible=fits,
        back=url_for("statements.index", account=key),
        hidden=[("first", str(first or "")), ("last", str(last or ""))],
        crumbs=[(_("付款"), ""), (_("对账单"), url_for("statements.index")), (_("核对"), "")],
    )
