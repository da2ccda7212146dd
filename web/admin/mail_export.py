"""The mails of a filter as CSV, readable by a spreadsheet and running nothing in it."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context
from flask_babel import gettext as _

from models.rules.spreadsheets import guarded
from models.rules.words import MailState
from models.services.views import mails
from models.services.views.mails import Asked
from web import downloads, formats, scope
from web.admin import mail_words
from web.admin.export import EXPORT_ROWS_MAX
from web.words import word


def answer(rows: scope.Rows, wanted: Asked) -> Response:
    """Return the mails as a download, the latest first, at most EXPORT_ROWS_MAX."""
    found = mails.every(rows, wanted, most=EXPORT_ROWS_MAX)
    return Response(
        stream_with_context(_lines(found)),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": downloads.attachment(_("邮件") + ".csv")},
    )


def titles() -> dict[str, str]:
    """Return the columns of a long list and what they are called."""
    return {
        "id": _("编号"), "kind": _("种类"), "business_on": _("业务日期"),
        "party_code": _("机构编码"), "party_name": _("收件机构"), "to_address": _("收件"),
        "copy_addresses": _("抄送"), "subject": _("主题"), "state": _("状态"),
        "attempts": _("次数"), "last_error": _("说明"),
    }  # fmt: skip


def _lines(found: Iterator[Any]) -> Iterator[str]:
    head = (
        _("编号"), _("种类"), _("业务日期"), _("机构类别"), _("机构编码"), _("收件机构"),
        _("收件"), _("抄送"), _("主题"), _("状态"), _("次数"), _("登记"), _("发出"), _("说明"),
    )  # fmt: skip
    yield "\ufeff" + _line(head)
    for mail in found:
        yield _line(
            (
                mail.id, mail_words.kind(mail.kind), mail.business_on, mail.party_kind,
                mail.party_code, mail.party_name, mail.to_address, mail.copy_addresses or "",
                mail.subject, word(MailState(mail.state)), mail.attempts,
                formats.moment(mail.created_at, short=False),
                formats.moment(mail.sent_at, short=False) if mail.sent_at else "",
                mail.last_error or "",
            )
        )  # fmt: skip


def _line(cells: tuple[Any, ...]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(
        [guarded(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return target.getvalue()
