"""Answering on a page: look at what is asked for, say yes or no to all of it, or take yes back."""

from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules.errors import SettlementError
from models.rules.words import Decision, Party, Role
from models.services import access, windows
from models.services.windows import Answer, Wanted, answering
from web import downloads, formats, undo, words
from web.admin import asked, screen, window_words
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of

#: Lines shown before anything is said.
SHOWN = 20
#: Lines that may be chosen one by one.
LINES_MAX = 200
_DECISIONS = (Decision.CONFIRM, Decision.DISPUTE)


class Answering(Screen):
    """The pages on which a party speaks."""

    abstract = True

    @expose("/answer", methods=("GET", "POST"))
    def answer(self) -> ResponseReturnValue:
        """Repeat count and sum of what waits, then write the party's word about all of it."""
        self.require_act()
        access.require_import(g.actor, "confirmations")
        of = _wanted()
        seen, lines = windows.awaited(g.actor, of, clock.today(), sample=SHOWN)
        check, refusal = _check(of, seen), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "待确认明细")
                done = windows.answer(g.actor, of, _said(), clock.today(), seen=seen)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_told(done))
                undo.offer(
                    url_for("confirmations.withdraw"),
                    answer=str(windows.last_answer(g.actor)),
                    until=_("结算单生成之前可以撤回这次答复。"),
                )
                return redirect(url_for("confirmations.index"), 303)
        page = self.check_page(
            check,
            template="zhijie/work/confirm_answer.html",
            refusal=refusal,
            lines=lines,
            inputs=_inputs(),
            fields=_fields(of),
            kept={"party": of.party.value, **({"disputed": "yes"} if of.disputed else {})},
            picked=bool(of.lines),
            file_query=request.query_string.decode(),
        )
        return page, 422 if refusal else 200

    @expose("/withdraw", methods=("POST",))
    def withdraw(self) -> ResponseReturnValue:
        """Take back one answer of the reader, whole."""
        self.require_act()
        try:
            count = windows.withdraw(
                g.actor, request.form.get("answer", 0, type=int), clock.today()
            )
        except SettlementError as error:
            screen.refused(sentence_of(error))
        else:
            if not count:
                abort(404)
            screen.done(_("已撤回 %(n)s 行的答复，仍待确认。", n=formats.count(count)))
        return redirect(url_for("confirmations.index"), 303)

    @expose("/file")
    def file(self) -> ResponseReturnValue:
        """Send the lines that wait as a file of confirmations, to be corrected and imported."""
        self.require_act()
        of = _wanted()
        try:
            content, count = answering.file_of(g.actor, of, clock.today(), clock.now())
        except SettlementError as error:
            screen.refused(sentence_of(error))
            return redirect(url_for("confirmations.answer"), 303)
        return downloads.made(f"{_('确认文件')}_{clock.today():%Y%m%d}_{count}.csv", content)

    @expose("/revoke", methods=("GET", "POST"))
    def revoke(self) -> ResponseReturnValue:
        """Repeat the automatic confirmations chosen, then take them back with a reason."""
        self.require_act()
        of = _wanted()
        if not of.lines:
            screen.refused(_("请先选择要撤销的明细。"))
            return redirect(url_for("confirmations.index", view="automatic"), 303)
        check, refusal = _revoking(of), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "自动确认")
                reason = request.form.get("reason", "")
                count = windows.revoke(g.actor, of.party, of.lines, reason, clock.today())
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _("已撤销 %(n)s 行的自动确认，新的确认时限从今天起算。", n=formats.count(count))
                )
                return redirect(url_for("confirmations.index"), 303)
        return self.check_page(check, refusal=refusal), 422 if refusal else 200


def _wanted() -> Wanted:
    party = asked.text("party")
    if g.actor.role in {Role.HOSPITAL, Role.ENTERPRISE}:
        party = g.actor.role
    lines = tuple(dict.fromkeys(one for one in request.values.getlist("line") if one))
    if len(lines) > LINES_MAX:
        abort(400)
    return answering.bound(
        g.actor,
        Wanted(
            party=Party(party) if party in set(Party) else Party.HOSPITAL,
            hospital_code=asked.text("hospital_code"),
            enterprise_code=asked.text("enterprise_code"),
            first_on=asked.day("first_on"),
            last_on=asked.day("last_on"),
            due_until=asked.day("until"),
            lines=lines,
            disputed=asked.text("disputed") == "yes",
        ),
    )


def _hidden(of: Wanted) -> list[tuple[str, str]]:
    told = {
        "party": of.party.value, "hospital_code": of.hospital_code,
        "enterprise_code": of.enterprise_code, "first_on": of.first_on, "last_on": of.last_on,
        "until": of.due_until,
    }  # fmt: skip
    found = [(name, str(value)) for name, value in told.items() if value]
    if of.disputed:
        found.append(("disputed", "yes"))
    return found + [("line", one) for one in of.lines]


def _fields(of: Wanted) -> list[dict[str, Any]]:
    seat = bool(g.actor.party_code)
    found = []
    if not seat:
        found.append(
            asked.field("party", _("代哪一方登记"), "select", choices=words.choices(Party))
            | {"value": of.party.value}
        )
    if g.actor.role != Role.HOSPITAL:
        found.append(asked.field("hospital_code", _("医疗机构编码")))
    if g.actor.role != Role.ENTERPRISE:
        found.append(asked.field("enterprise_code", _("企业统一社会信用代码")))
    return [
        *found,
        asked.field("first_on", _("验收日从"), "date"),
        asked.field("last_on", _("验收日到"), "date"),
        asked.field("until", _("到期不晚于"), "date"),
    ]


def _inputs() -> list[Field]:
    return [
        Field(
            "decision",
            _("结论"),
            "select",
            required=True,
            choices=[(one.value, words.word(one)) for one in _DECISIONS],
            value=Decision.CONFIRM.value,
        ),
        Field(
            "why",
            _("异议原因"),
            "select",
            choices=window_words.reasons(),
            hint=_("只在有异议时填写；有异议的明细不结算，其余照常结算。"),
        ),
        Field("note", _("说明"), "area", max=400),
    ]


def _said() -> Answer:
    told = request.form.get("decision", "")
    if told not in {one.value for one in _DECISIONS}:
        abort(400)
    parts = (request.form.get("why", ""), request.form.get("note", ""))
    return Answer(Decision(told), "：".join(one.strip() for one in parts if one.strip()))


def _check(of: Wanted, seen: answering.Seen) -> Check:
    who = words.word(of.party)
    return Check(
        title=_("确认采购明细"),
        sentence=_("对下面列出的全部明细表态；表态即为事实，以后的表态以时间最晚的为准。"),
        button=_(
            "登记 %(n)s 行 ¥%(s)s", n=formats.count(seen.lines), s=formats.money(seen.amount_fen)
        ),
        seen={"wanted": _hidden(of), "seen": list(seen)},
        figures=[
            (_("确认方"), who),
            (_("待确认明细"), _("%(n)s 行", n=formats.count(seen.lines))),
        ],
        sum_fen=seen.amount_fen,
        notes=[] if seen.lines else [("", _("没有符合条件的待确认明细。"))],
        after=[
            _("双方都确认、没有其他挂起的明细进入下一次结算"),
            _("有异议的明细登记异议，限期处理；同一对医院和企业的其余明细照常结算"),
        ],
        possible=bool(seen.lines),
        back=url_for("confirmations.index"),
        hidden=_hidden(of),
        crumbs=_crumbs(_("表态")),
    )


def _told(done: answering.Seen) -> str:
    return str(
        _(
            "已登记 %(n)s 行 ¥%(s)s。",
            n=formats.count(done.lines),
            s=formats.money(done.amount_fen),
        )
    )


def _revoking(of: Wanted) -> Check:
    return Check(
        title=_("核对：撤销自动确认"),
        sentence=_("撤销后这些明细重新等待确认；付款期限从重新确认之日起算的，随之重新起算。"),
        button=_("撤销 %(n)s 行", n=formats.count(len(of.lines))),
        seen={"wanted": _hidden(of)},
        figures=[
            (_("确认方"), words.word(of.party)),
            (_("明细"), _("、").join(of.lines[:5]) + ("…" if len(of.lines) > 5 else "")),
            (_("行数"), formats.count(len(of.lines))),
        ],
        after=[
            _("从今天起开立新的确认时限"),
            _("在草稿结算单上的明细，重新结算时移出"),
            _("已进入审核的结算单上的明细不能撤销"),
        ],
        back=url_for("confirmations.index", view="automatic"),
        hidden=_hidden(of),
        crumbs=_crumbs(_("撤销自动确认")),
        reason=_("撤销原因"),
        danger=True,
    )


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("数据"), ""), (_("双方确认"), url_for("confirmations.index")), (last, "")]
