"""What is done to a list of retained amounts: from which states, by whom, repeated first."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from models import clock
from models.rules.retention_payment import GrantState, PublicityState, last_public_day
from models.services.retention import publicity, withdrawing
from models.services.views import choices
from web import formats
from web.admin import answering
from web.admin.answering import Field
from web.admin.screen import Check

_P = PublicityState


@dataclass(frozen=True)
class Act:
    """Something that can be done to a list."""

    name: str
    label: str
    #: Any of these rights is enough.
    rights: tuple[str, ...]
    states: tuple[PublicityState, ...]
    sentence: str
    danger: bool = False
    #: Not by who drafted it.
    second: bool = False


def acts() -> list[Act]:
    """Return what can be done, in the order of the buttons."""
    return [
        Act("publish", _("公示"), ("retention_publish",), (_P.DRAFT,),
            _("公示后金额不再变动；公示期内有异议的，可以撤出那一笔。"), second=True),
        Act("grant", _("公示期满，准予拨付"), ("retention_grant",), (_P.PUBLIC,),
            _("准予后医保基金应付这些留用款，由经办人员生成付款批次。"), second=True),
        Act("pay", _("拨付留用款"), ("pay",), (_P.ENDED,),
            _("生成银行文件并记为已发送；没有核验账户的医院留待以后。")),
        Act("withdraw", _("撤回公示表"), ("retention_list", "retention_publish"),
            (_P.DRAFT, _P.PUBLIC), _("撤回后各笔可以重新列入。"), danger=True),
    ]  # fmt: skip


def act(name: str) -> Act | None:
    """Return the act of that name."""
    return next((one for one in acts() if one.name == name), None)


def possible(found: Any) -> list[Act]:
    """Return what this reader may do to the list now."""
    return [one for one in acts() if fits(one, found)]


def fits(one: Act, found: Any) -> bool:
    """Return whether the reader may do this to the list as it stands."""
    if found.state not in one.states or not any(map(answering.may, one.rights)):
        return False
    if one.second and found.drafted_by == g.actor.name:
        return False
    if one.name == "grant":
        return bool(found.until_on < clock.today()) and found.amounts > 0
    return one.name != "pay" or found.to_pay > 0


def inputs(name: str) -> list[Field]:
    """Return the fields of something done to a list."""
    if name == "pay":
        return [
            Field(
                "profile",
                _("银行格式"),
                "select",
                required=True,
                choices=choices.profiles(to_pay=True),
            )
        ]
    return [Field("reason", _("原因"), "area", required=True)] if name == "withdraw" else []


def check(one: Act, found: Any) -> Check:
    """Repeat what something is done to."""
    public_until = found.until_on or last_public_day(clock.today(), found.publicity_days)
    return Check(
        title=f"{one.label} · {found.publicity_no}",
        sentence=one.sentence,
        button=f"{one.label} {_('%(n)s 笔', n=found.amounts)} ¥{formats.money(found.total_fen)}",
        seen={
            "no": found.publicity_no, "state": found.state, "amounts": found.amounts,
            "total": found.total_fen, "to_pay": found.to_pay,
        },
        sum_fen=found.total_fen,
        figures=[
            (_("测算月"), found.period),
            (_("留用款"), _("%(n)s 笔", n=found.amounts)),
            (_("公示至"), str(public_until)),
        ],
        danger=one.danger,
        back=url_for("retention_lists.one", publicity_no=found.publicity_no),
        crumbs=crumbs(found),
    )  # fmt: skip


def crumbs(found: Any) -> list[tuple[str, str]]:
    """Return the way here."""
    return [
        (_("监督"), ""),
        (_("结余留用"), "/retention/"),
        (_("公示与拨付"), "/retention-lists/"),
        (found.publicity_no, ""),
    ]


def do(name: str, found: Any) -> str:
    """Do it and return what is told afterwards."""
    on = clock.today()
    seen = {"count": found.amounts, "total_fen": found.total_fen}
    if name == "publish":
        until = publicity.publish(g.actor, found.publicity_no, on, **seen)
        return _("已公示，公示至 %(d)s。", d=until)
    if name == "withdraw":
        withdrawing.withdraw(g.actor, found.publicity_no, request.form.get("reason", ""))
        return _("已撤回公示表。")
    publicity.end(g.actor, found.publicity_no, on, **seen)
    return _("已准予拨付，由经办人员生成付款批次。")


def drafting(period: str, area: str | None, count: int, fen: int) -> Check:
    """Repeat what would be listed of a month; the sum in fen."""
    return Check(
        title=_("拟定留用公示表"),
        sentence=_("列入医院已申报、符合条件而没有列入过的留用款；拟定后由另一人核对并公示。"),
        button=_("拟定 %(n)s 笔 ¥%(s)s", n=count, s=formats.money(fen)),
        seen={"period": period, "area": area, "count": count, "fen": fen},
        sum_fen=fen,
        figures=[(_("测算月"), period or "—"), (_("可列入"), _("%(n)s 笔", n=count))],
        after=[
            _("另一人核对后公示。"),
            _("公示期满由审批人员准予拨付。"),
            _("经办人员生成付款批次，付到医院已核验的账户。"),
        ],
        possible=count > 0,
        back=url_for("retention_lists.index"),
        hidden=[("period", period), ("area", area or "")],
        crumbs=[
            (_("监督"), ""), (_("结余留用"), "/retention/"),
            (_("公示与拨付"), "/retention-lists/"), (_("拟定"), ""),
        ],
    )  # fmt: skip


def taking_out(found: Any, grant: Any) -> Check:
    """Repeat the amount that is taken off a list."""
    return Check(
        title=_("撤出留用款 %(n)s", n=grant.grant_no),
        sentence=_("撤出后不再公示和拨付；已经生成付款的不能撤出。"),
        button=_("撤出 ¥%(s)s", s=formats.money(grant.amount_fen)),
        seen={"no": grant.grant_no, "state": grant.state, "fen": grant.amount_fen},
        sum_fen=grant.amount_fen,
        figures=[(_("医疗机构"), grant.hospital_name), (_("集采批次"), grant.round_name)],
        danger=True,
        possible=grant.state in (GrantState.LISTED, GrantState.GRANTED) and grant.reference is None,
        back=url_for("retention_lists.one", publicity_no=found.publicity_no),
        crumbs=crumbs(found),
    )
