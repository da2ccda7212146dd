"""What sending now would do: one digest beside the board, the check page, the figures anew."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.overdue import Responsible
from models.services import access
from models.services.overdue import preview
from models.services.views import late
from web import mail_texts
from web.admin import asked, overdue_words, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.formats import count


class SendingPages(Screen):
    """The pages below /overdue/ that lead to mails."""

    abstract = True

    @expose("/preview")
    def preview(self) -> str:
        """Show the mail that sending now would write to an institution: the chosen or the first."""
        if g.actor.party_code:
            abort(404)
        kind, _colon, code = asked.text("party").partition(":")
        key = (kind, code) if kind in set(Responsible) and code else None
        day = preview.look(asked.all_areas(), clock.today(), key, mail_texts.renderer())
        place = day.parties.index(day.asked) if day.asked else -1
        return self.render(
            "zhijie/work/overdue_preview.html",
            day=day,
            party=key,
            mail=day.mails[0] if day.mails else None,
            place=place + 1,
            before=_beside(day, place - 1) if place > 0 else "",
            after=_beside(day, place + 1) if place >= 0 else "",
            may_send=may_send(),
        )

    @expose("/refresh", methods=("POST",))
    def refresh(self) -> ResponseReturnValue:
        """Add the figures of today up anew."""
        access.require(g.actor, "overdue")
        return self.start(
            JobName.OVERDUE_FIGURES,
            {"on": clock.today()},
            subject=f"day:{clock.today()}",
            message=_("正在重新汇总逾期数据，完成后看板按新的时间显示。"),
        )

    @expose("/send", methods=("GET", "POST"))
    def send(self) -> ResponseReturnValue:
        """Show how many mails would go to whom; the second request queues them."""
        access.require(g.actor, "overdue")
        on, area = clock.today(), asked.text("area") or None
        counts, parties = late.would_send(asked.all_areas(), on)
        check, refusal = _send_check(on, area, counts, parties), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "逾期明细")
                return self.start(
                    JobName.OVERDUE,
                    {"area": area, "send": True, "on": on},
                    subject=f"day:{on}",
                    message=_("已开始登记并发送提醒，邮件可在“邮件”页查看。"),
                    area=area,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/overdue_check.html",
            refusal=refusal,
            parties=parties,
            who=overdue_words.WHO,
        )
        return page, 422 if refusal else 200


def preview_url(on: date, wanted: late.Asked) -> str:
    """Return the address of the mail beside the institutions; seats have none, nor other days."""
    if g.actor.party_code or on != clock.today() or wanted.tab == late.LINES:
        return ""
    query = {"party": asked.text("chosen"), "area": asked.text("area")}
    return "/overdue/preview?" + urlencode({key: value for key, value in query.items() if value})


def _beside(day: preview.Day, place: int) -> str:
    """Return the address of the board with another institution's mail beside it."""
    if place >= len(day.parties):
        return ""
    party, area = day.parties[place], asked.text("area")
    query = {"tab": party.kind, "chosen": f"{party.kind}:{party.code}"}
    return "/overdue/?" + urlencode(query | ({"area": area} if area else {}))


def may_send() -> bool:
    """Return whether the reader may record steps and send mails."""
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


def _send_check(on: Any, area: str | None, counts: dict[str, int], parties: list[Any]) -> Check:
    return Check(
        title=_("核对：发送逾期提醒"),
        sentence=_("每个机构当天只发一封，列出它名下的全部逾期明细；每行每级只登记一次。"),
        button=_("发送 %(n)s 封提醒", n=counts["mails"]),
        seen={
            "on": on,
            "area": area,
            **counts,
            "parties": [(p.responsible, p.party_code, p.lines) for p in parties],
        },
        figures=[
            (_("逾期明细"), _("%(n)s 行", n=count(counts["overdue"]))),
            (_("新到达一级"), _("%(n)s 行", n=count(counts["escalated"]))),
            (_("邮件"), _("%(n)s 封", n=count(counts["mails"]))),
        ],
        notes=[("", _("今天没有需要提醒的机构，或今天已经发送。"))] if not counts["mails"] else [],
        after=[
            _("后台登记每行的催办等级并写入发件箱"),
            _("邮件服务器收下之前，可在“邮件”页取消单封"),
            _("没有邮件服务器时，邮件在发件箱等待"),
        ],
        possible=bool(counts["mails"] or counts["escalated"]),
        back=url_for("overdue.index"),
        hidden=[("area", area or "")],
        crumbs=[(_("监督"), ""), (_("逾期与催办"), url_for("overdue.index")), (_("核对"), "")],
    )
