"""Schemes as files: which counts where on a day, and the parameters of one with their sources."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules import words as w
from models.services.access import Actor
from models.services.exports import listed
from web import downloads, words
from web.admin import scheme_parameters

ORIGINS = {
    scheme_parameters.NOTICE: lazy_gettext("文件载明"),
    scheme_parameters.PRODUCT: lazy_gettext("缺省"),
    scheme_parameters.HAND: lazy_gettext("人工设定"),
    scheme_parameters.SILENT: "",
}


def of_map(actor: Actor, kind: str, found: Sequence[Any], on: date) -> Response:
    """Return the map of areas as csv or xlsx; 404 for another kind."""
    titles = (
        _("统筹区代码"), _("统筹区"), _("方案代码"), _("生效日期"), _("来自统筹区"), _("资金模式"),
        _("结算范围"), _("依据文号"), _("已纳入医院"), _("医院"),
    )  # fmt: skip
    rows = [
        (
            a.area_code, a.name, a.scheme_code, str(a.valid_from or ""), a.home_name,
            words.word(w.Funding(a.funding)) if a.funding else "",
            _("、").join(words.word(w.Category(one)) for one in a.scope or ()), a.legal_basis,
            a.joined, a.hospitals,
        )
        for _depth, a in found
    ]  # fmt: skip
    return _made(actor, "schemes", kind, _("结算方案_%(d)s", d=on), titles, rows)


def of_version(actor: Actor, kind: str, name: str, cells: scheme_parameters.Cells) -> Response:
    """Return the parameters of a version, each with its source; 404 for another kind."""
    titles = (_("分组"), _("参数"), _("列名"), _("值"), _("来源"), _("文件和条款"), _("说明"))
    rows = [
        (
            str(title), str(one.label), one.column, one.shown, str(ORIGINS[one.origin]),
            one.source, one.says,
        )
        for title, group in scheme_parameters.listed(cells)
        for one in group
    ]  # fmt: skip
    return _made(actor, "scheme", kind, _("方案参数_%(n)s", n=name), titles, rows)


def _made(
    actor: Actor,
    what: str,
    kind: str,
    name: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> Response:
    if kind not in listed.KINDS:
        abort(404)
    return downloads.made(f"{name}.{kind}", listed.written(actor, what, kind, titles, rows))
