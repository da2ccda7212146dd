"""What kinds of mails, acts and outcomes are called, and when an act fits a mail."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import AttemptOutcome, MailState
from models.services.notifications import Act
from web import formats

KINDS = {
    "overdue": lazy_gettext("逾期提醒"),
    "upcoming": lazy_gettext("到期提醒"),
    "returned_payment": lazy_gettext("退回与拒付"),
    "payment_case": lazy_gettext("付款异常"),
    "account_change": lazy_gettext("账户变更"),
    "money_request": lazy_gettext("款项通知"),
    "round_prepayment": lazy_gettext("集采预付转付"),
    "retention": lazy_gettext("结余留用进展"),
    "risk": lazy_gettext("风险线索"),
    "participation": lazy_gettext("集采参与问题"),
    "paper": lazy_gettext("通报与报告"),
    "rectification": lazy_gettext("整改"),
    "confirmation": lazy_gettext("确认提醒"),
    "excuse": lazy_gettext("免催"),
    "bulletin": lazy_gettext("通报"),
    "interview": lazy_gettext("约谈"),
    "suspension": lazy_gettext("暂停拨付"),
    "problem": lazy_gettext("集采问题"),
    "problem_late": lazy_gettext("集采问题逾期"),
    "invitation": lazy_gettext("用户邀请"),
    "password_reset": lazy_gettext("重设密码"),
    "password_changed": lazy_gettext("密码已修改"),
}
_NAMES = {
    Act.AGAIN: lazy_gettext("重新发送"),
    Act.HOLD: lazy_gettext("暂不发送"),
    Act.RELEASE: lazy_gettext("恢复发送"),
    Act.NOW: lazy_gettext("立即发送"),
    Act.BACK: lazy_gettext("撤回，按原定时间"),
    Act.CANCEL: lazy_gettext("取消，不再发送"),
}
_SINGLE = {
    Act.HOLD: lazy_gettext("这一封暂不发"),
    Act.CANCEL: lazy_gettext("这一封不发"),
}
_EXPLAINED = {
    Act.AGAIN: lazy_gettext("发送失败的邮件重新排队；仍登记为退信的地址不会再试，须先解除。"),
    Act.HOLD: lazy_gettext("邮件留在发件箱，有人恢复之前不发送。"),
    Act.RELEASE: lazy_gettext("邮件按原定时间发送，时间已过的下一分钟发送。"),
    Act.NOW: lazy_gettext("一分钟后交给邮件服务器，其间可以撤回。"),
    Act.BACK: lazy_gettext("尚未交给邮件服务器的，回到原定的发信时间。"),
    Act.CANCEL: lazy_gettext("邮件不再发送，留在发件箱备查；同一天不会重新登记。"),
}
_OUTCOMES = {
    AttemptOutcome.SENT: (lazy_gettext("服务器已接收"), "done"),
    AttemptOutcome.PUT_OFF: (lazy_gettext("稍后再试"), "wait"),
    AttemptOutcome.FAILED: (lazy_gettext("拒收"), "bad"),
    AttemptOutcome.UNREACHABLE: (lazy_gettext("服务器不可用"), "unsure"),
    AttemptOutcome.RETURNED: (lazy_gettext("退信"), "bad"),
}


def kind(of: str) -> str:
    """Return what a kind of mail is called."""
    return str(KINDS.get(of, of))


def name(act: Act, *, single: bool = False) -> str:
    """Return the button of an act."""
    return str(_SINGLE[act] if single and act in _SINGLE else _NAMES[act])


def explained(act: Act) -> str:
    """Return what an act does, in one sentence."""
    return str(_EXPLAINED[act])


def outcome(of: str | None) -> tuple[str, str]:
    """Return an attempt's outcome and its tone; without one the sender died or still sends."""
    if of is None:
        return _("未得到答复"), "unsure"
    words, tone = _OUTCOMES[AttemptOutcome(of)]
    return str(words), tone


def fits(act: Act, mail: Any) -> bool:
    """Say whether an act fits a mail as it is now; the update asks again."""
    if act is Act.NOW:
        return bool(mail.waits and not mail.hurried)
    if act is Act.BACK:
        return bool(mail.hurried)
    return mail.state in {
        Act.AGAIN: (MailState.FAILED,),
        Act.HOLD: (MailState.WAITING,),
        Act.RELEASE: (MailState.HELD,),
        Act.CANCEL: (MailState.WAITING, MailState.HELD, MailState.FAILED),
    }.get(act, ())


def done(act: Act, mail_id: int) -> str:
    """Return what happened to one mail, and what is next."""
    told = {
        Act.AGAIN: _("邮件 %(n)s 已重新排队，下一分钟发送。", n=mail_id),
        Act.HOLD: _("邮件 %(n)s 暂不发送，可随时恢复。", n=mail_id),
        Act.RELEASE: _("邮件 %(n)s 已恢复，按原定时间发送。", n=mail_id),
        Act.NOW: _("邮件 %(n)s 一分钟后发送，其间可以撤回。", n=mail_id),
        Act.BACK: _("邮件 %(n)s 已撤回，按原定时间发送。", n=mail_id),
        Act.CANCEL: _("邮件 %(n)s 已取消，不会发送。", n=mail_id),
    }
    return told[act]


def done_many(act: Act, count: int) -> str:
    """Return what happened to many mails."""
    return _("%(what)s：%(n)s 封已办理。", what=name(act), n=formats.count(count))


def leaves(mail: Any) -> str:
    """Return from when a waiting mail leaves, in words; empty: at once."""
    if mail.state != MailState.WAITING or mail.next_try_at is None:
        return ""
    return _("待发，%(when)s 起", when=formats.moment(mail.next_try_at, short=False))
