"""How a yearly list speaks: its moves, what is checked before each, its sums and its file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.money import yuan
from models.rules.overdue import Responsible
from models.rules.publication import PublicationState
from models.services.exports import listed
from web.admin import overdue_words
from web.admin.screen import Check

SUMS = ("contracts", "lines", "unpaid_fen", "year_contracts", "year_lines", "year_fen")
#: move → the state it begins in, and its words.
MOVES = {
    "review": (PublicationState.DRAFT, lazy_gettext("复核通过")),
    "return": (PublicationState.REVIEWED, lazy_gettext("退回起草")),
    "publish": (PublicationState.REVIEWED, lazy_gettext("公示")),
}


def check(chosen: Any, move: str, totals: dict[str, int]) -> Check:
    """Return what the check page of a move repeats."""
    state, words = MOVES[move]
    sentences = {
        "review": _("复核后由经办公示；起草人不能复核。"),
        "return": _("退回后可以重新计算，须再次复核。"),
        "publish": _("公示后编号、日期和数字不再变动；更正须起草下一版。"),
    }
    return Check(
        title=_("核对：%(w)s %(y)s 年度公示表", w=words, y=chosen.year),
        sentence=sentences[move],
        button=f"{words} {totals['debtors']} {_('家')} ¥{yuan(totals['unpaid_fen'])}",
        seen={"id": chosen.id, "state": chosen.state, "hash": chosen.content_hash, "move": move},
        figures=[
            (_("责任单位"), _("%(n)s 家", n=totals["debtors"])),
            (_("年末逾期未付合同"), _("%(n)s 份", n=totals["contracts"])),
            (_("全年逾期合同"), _("%(n)s 份", n=totals["year_contracts"])),
        ],
        sum_fen=totals["unpaid_fen"],
        after=[_("公示表冻结数字并取得编号"), _("打印、导出后在网站等处公开")]
        if move == "publish"
        else [],
        possible=chosen.state == state,
        reason=_("退回原因") if move == "return" else "",
        danger=move == "return",
        back=url_for("overdue_publication.index", year=chosen.year),
        crumbs=[
            (_("监督"), ""),
            (_("逾期与催办"), url_for("overdue.index")),
            (_("公示表"), url_for("overdue_publication.index", year=chosen.year)),
            (_("核对"), ""),
        ],
    )


def totals(entries: list[Any]) -> dict[str, int]:
    """Return the sums of the debtors shown."""
    sums = {name: sum(getattr(row, name) for row in entries) for name in SUMS}
    return {**sums, "debtors": len(entries)}


def exported(rows: list[Any]) -> Iterator[list[listed.Cell]]:
    """Yield the rows of the file."""
    for row in rows:
        yield [
            str(overdue_words.WHO[Responsible(row.debtor_kind)]),
            row.debtor_code,
            row.debtor_name,
            row.contracts,
            Decimal(yuan(row.unpaid_fen)),
            row.year_contracts,
            Decimal(yuan(row.year_fen)),
        ]
