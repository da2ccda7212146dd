"""The check page of a payment run: what it would take, what it leaves, what must be explained."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.services.payment_warnings import Alike
from web import formats
from web.admin.bank_writing import Writing
from web.admin.screen import Check


def of(
    period: str,
    area: str | None,
    profile: str,
    found: dict[str, Any],
    writing: Writing | None,
    alike: Sequence[Alike],
) -> Check:
    """Return the check page of a run; orders like recent ones ask for an explanation."""
    run = found["run"]
    notes = _lost(found["lost"])
    if not profile:
        notes.append(("bad", _("请先选择银行格式。")))
    if writing:
        notes += writing.notes
    if run.sheets == 0:
        notes.append(("", _("没有可付款的结算单：须两人审批通过，且从未付款。")))
    if run.earlier:
        notes.append(("", _("其中 %(n)s 张属于以前月份。", n=run.earlier)))
    if run.prepaid:
        notes.append(
            (
                "wait",
                _("%(n)s 张从医院分簿支付，余额不足的按到期日先后留待补足。", n=run.prepaid),
            )
        )
    if found["suspended"] and found["suspended"].sheets:
        owing = found["suspended"]
        notes.append(
            (
                "wait",
                _(
                    "其中 %(n)s 张 ¥%(s)s 属于暂停代付的 %(h)s 家医院，本次不付，列为资金不足。",
                    n=owing.sheets,
                    s=formats.money(owing.sum_fen),
                    h=owing.hospitals,
                ),
            )
        )
    if run.kept:
        notes.append(
            (
                "wait",
                _(
                    "%(n)s 张 ¥%(s)s 本次不付，原因见下表。",
                    n=run.kept,
                    s=formats.money(run.kept_fen),
                ),
            )
        )
    return Check(
        title=_("生成 %(p)s 付款批次", p=period),
        sentence=_(
            "按付款账户和银行格式分批，写出银行文件后重新读回核对，全部一致才登记为已发送。"
        ),
        button=_(
            "生成付款批次 %(n)s 张 ¥%(s)s",
            n=formats.count(run.sheets),
            s=formats.money(run.total_fen),
        ),
        seen={
            "period": period,
            "area": area,
            "profile": profile,
            "sheets": run.sheets,
            "total_fen": run.total_fen,
            "hash": run.selection_hash,
            "written": writing.seal if writing else None,
            "alike": alike[0].total if alike else 0,
        },
        figures=[
            (_("结算单"), _("%(n)s 张", n=formats.count(run.sheets))),
            (_("收款企业与统筹区"), _("%(n)s 个", n=formats.count(run.payees))),
            (_("最早到期日"), formats.day(run.due_on)),
            (_("本次不付"), _("%(n)s 张", n=formats.count(run.kept))),
        ],
        sum_fen=run.total_fen,
        notes=notes,
        after=[
            _("后台写出银行文件，逐笔读回核对笔数与金额"),
            _("在批次页下载文件，到网银提交；批次页可打印付款清单"),
            _("导入银行回盘，逐笔认定；没有消息的列入“未确认到账”，不会自动重付"),
        ],
        reason=_("为什么不是重复付款（随批次保存）") if alike else "",
        possible=bool(run.sheets and writing and not writing.cannot),
        back=url_for("batches.index"),
        hidden=[("period", period), ("area", area or ""), ("profile", profile)],
        crumbs=[(_("付款"), ""), (_("付款批次"), url_for("batches.index")), (_("生成"), "")],
    )


def _lost(lost: Any) -> list[tuple[str, str]]:
    """Return what is said of bank files that a restore lost."""
    if not lost.files:
        return []
    told = _(
        "恢复数据库以前发出的 %(n)s 份银行文件（%(b)s 等，¥%(s)s）尚未核实去向，"
        "其中的医院和企业本次不付。请运维人员执行 python -m scripts.released list，"
        "由两人核定后再付。",
        n=lost.files,
        b=lost.batch_no,
        s=formats.money(lost.sum_fen),
    )
    return [("bad", told)]
