"""A scheme told in sentences: what it does, not which parameter has which value."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from models.rules import words as w
from models.rules.words import Category, ConfirmUnit, DueStart, Funding, Shortfall, Silence
from web import formats, words
from web.admin import scheme_words

Read = Mapping[str, Any]


def told(read: Read) -> list[tuple[str, list[str]]]:
    """Return (title, sentences) of each group that says something, from typed values by column."""
    found = []
    for group in scheme_words.GROUPS:
        tell = _TELL.get(group.key)
        sentences = [one for one in tell(read) if one] if tell else []
        if sentences:
            found.append((str(group.title), sentences))
    return found


def _scope(read: Read) -> list[str]:
    scope = _("、").join(words.word(Category(one)) for one in read["scope"])
    return [
        _(
            "%(who)s在平台采购的%(what)s，自医院纳入之日起由医保经办机构直接付给企业；"
            "其余由医院自行结算，仍受逾期监督。",
            who=_who(read),
            what=scope or _("（没有任何类别）"),
        ),
        _("药品和云胶片从 %(d)s 起。", d=read["drugs_from"]) if read["drugs_from"] else "",
        _("医用耗材从 %(d)s 起。", d=read["consumables_from"]) if read["consumables_from"] else "",
        _("单价不高于同名中选价的非中选产品也直接结算。") if read["not_above_selected"] else "",
        _("医共体由牵头医院确认和结算其成员的明细。") if read["lead_settles"] else "",
        _("医院没有当日有效的委托书，明细挂起，不予支付。") if read["mandates"] else "",
        _target(read),
    ]


def _who(read: Read) -> str:
    owners = _("、").join(words.word(w.Ownership(one)) for one in read["ownerships"] or ())
    level = read["min_level"]
    graded = words.word(w.HospitalLevel(str(level))) if level else ""
    named = _("%(o)s医疗机构", o=owners) if owners else _("全部定点医疗机构")
    return _("%(l)s及以上的%(n)s", l=graded, n=named) if graded and level != 3 else graded + named


def _target(read: Read) -> str:
    share, day = read["target_share_bp"], read["target_on"]
    if not day and share is None:
        return ""
    part = _("直接结算金额占比达到 %(p)s", p=percent(share)) if share is not None else _("全部纳入")
    return _("目标：%(d)s 前%(p)s。", d=day, p=part) if day else _("目标：%(p)s。", p=part)


def _confirmation(read: Read) -> list[str]:
    who = words.word(w.Initiator(read["initiator"]))
    begins = (
        _("%(w)s，每月 %(n)s 日前办理上月。", w=who, n=read["apply_day"])
        if read["apply_day"]
        else _("%(w)s，没有申报期限。", w=who)
    )
    if not read["windows"]:
        return [begins, _("确认没有时限：未确认的明细一直等待，不视同确认。")]
    return [begins, _window(read), _silence(read), _disputes(read)]


def _window(read: Read) -> str:
    days = read["confirm_days"]
    unit = ConfirmUnit(read["confirm_unit"])
    if unit is ConfirmUnit.DAY_OF_MONTH:
        return _("医院和企业须在每月 %(n)s 日前确认。", n=days)
    return _("医院和企业须在 %(n)s 个%(u)s内确认。", n=days, u=words.word(unit))


def _silence(read: Read) -> str:
    silence = Silence(read["silence"])
    if silence is Silence.AUTO_CONFIRM:
        days = read["revocable_days"]
        back = _("，%(n)s 天内可撤销", n=days) if days else ""
        return _("到期未答复的视同确认%(b)s；撤销后付款期重新起算。", b=back)
    if silence is Silence.ROLL:
        return _("到期未答复的转入下期。")
    return _("到期未答复的升级督办，不视同确认。")


def _disputes(read: Read) -> str:
    days = read["dispute_days"]
    return _("异议须在 %(n)s 天内处理，无异议部分照常结算。", n=days) if days else ""


def _evidence(read: Read) -> list[str]:
    tolerance = read["invoice_tolerance_yuan"] or 0
    exact = (
        _("发票合计与明细金额相差不超过 %(s)s 元。", s=formats.money(tolerance))
        if tolerance
        else _("发票合计必须与明细金额完全一致。")
    )
    codes = {
        "warn": _("药品收货缺追溯码的只提示。"),
        "require": _("药品收货缺追溯码的挂起。"),
    }
    return [exact, codes.get(read["trace_codes"], "")]


def _funding(read: Read) -> list[str]:
    funding = Funding(read["funding"])
    month = words.word(w.DeductMonth(read["deduct_month"]))
    main = {
        Funding.OFFSET: _("经办机构先付企业，再从医院%(m)s的医保基金拨付中抵扣。", m=month),
        Funding.BANK_DEBIT: _("医院授权银行扣款；账目按%(m)s抵扣登记。", m=month),
        Funding.PREPAID_SUBLEDGER: _("货款从专用账户中医院自己的分簿支付，余额不足的整单等待。"),
        Funding.TURNOVER: _("货款从周转金支付，年底前收回。"),
    }[funding]
    return [main, _short(read, funding), _suspend(read), _turnover(read), _round(read)]


def _short(read: Read, funding: Funding) -> str:
    if funding in {Funding.PREPAID_SUBLEDGER, Funding.TURNOVER}:
        days, again = read["top_up_days"], read["top_up_remind_days"]
        told_days = _("医院须在 %(n)s 个工作日内补足", n=days) if days else _("通知医院及时补足")
        return told_days + (_("，每 %(n)s 天催办一次。", n=again) if again else _("。"))
    told_what = {
        Shortfall.CARRY: _("基金不足的结转下期"),
        Shortfall.COLLECT: _("基金不足的向医院托收"),
        Shortfall.TOP_UP: _("基金不足的通知医院补足"),
        Shortfall.SUSPEND: _("基金不足的暂停代付"),
    }[Shortfall(read["shortfall"])]
    days = read["shortfall_days"]
    return told_what + (_("，期限 %(n)s 个工作日。", n=days) if days else _("。"))


def _suspend(read: Read) -> str:
    days = read["suspend_after_days"]
    return _("欠款超过 %(n)s 天的，暂停代付货款、暂缓拨付医保基金。", n=days) if days else ""


def _turnover(read: Read) -> str:
    months = read["turnover_months"]
    if not months:
        return ""
    back = read["turnover_recovery"]
    return _(
        "周转金按 %(n)s 个月的平均支出计：药品 %(d)s、耗材 %(c)s%(b)s。",
        n=months,
        d=percent(read["turnover_drug_bp"] or 0),
        c=percent(read["turnover_consumable_bp"] or 0),
        b=_("，%(w)s", w=words.word(w.TurnoverRecovery(back))) if back else "",
    )


def _round(read: Read) -> str:
    share = read["round_prepay_bp"]
    if not share:
        return ""
    on, down = read["pass_on_days"], read["pass_down_days"]
    return (
        _("集采批次按约定金额的 %(p)s 预付", p=percent(share))
        + (_("，医院 %(n)s 个工作日内转付配送企业", n=on) if on else "")
        + (_("，配送企业 %(n)s 个工作日内转付生产企业", n=down) if down else "")
        + _("。")
    )


def _payment(read: Read) -> list[str]:
    start = words.word(DueStart(read["due_start"]))
    days = read["due_days"]
    parts = [_("%(s)s之日起 %(n)s 天内", s=start, n=days)] if days is not None else []
    parts += [_("验收并取得发票之日的次月底前")] if read["due_month_end"] else []
    due = _("、").join(parts) if parts else _("验收之日起 30 天内")
    cycle = read["cycle_days"]
    upcoming = read["upcoming_days"]
    return [
        _(
            "%(d)s付款，协议另有约定的以最早的为准；到期日遇休息日：%(h)s。",
            d=due,
            h=words.word(w.HolidayShift(read["holiday_shift"])),
        ),
        _("付款%(p)s。", p=words.word(w.PaymentPer(read["payment_per"]))),
        _("从月末到银行付出不超过 %(n)s 个工作日。", n=cycle) if cycle else "",
        _("到期前 %(n)s 天提醒。", n=upcoming) if upcoming else "",
    ]


def _control(read: Read) -> list[str]:
    third = read["third_review_yuan"]
    reviews, cooling = read["account_reviews"], read["account_cooling_days"]
    cools = _("，批准 %(d)s 天后生效", d=cooling) if cooling else ""
    return [
        _("应付超过 %(s)s 元的结算单须三级审核。", s=formats.money(third)) if third else "",
        _("收款账户变更由 %(n)s 人核验%(c)s。", n=reviews, c=cools),
        _("收款户名须与登记名称一致。") if read["account_name_binds"] else "",
    ]


def percent(basis_points: int) -> str:
    """Return basis points as a percentage without needless zeros: 3000 → 30%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


_TELL: dict[str, Callable[[Read], list[str]]] = {
    "scope": _scope,
    "confirmation": _confirmation,
    "evidence": _evidence,
    "funding": _funding,
    "payment": _payment,
    "control": _control,
}
