"""批量导入用户: many users of one small file, looked at whole, made whole or not at all."""

import csv
import io
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.records.access import User
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.errors.signin import AddressNeeded, UserExists
from models.rules.words import Role
from models.services import users
from models.services.access import ALL_AREAS
from models.services.users import links
from web import formats, mail_texts
from web.admin.pages import WorkView
from web.errors import sentence_of

#: Column → what people call it; the file may use either.
COLUMNS = {
    "name": "用户名", "full_name": "姓名", "role": "角色", "area_code": "统筹区代码",
    "party_code": "所属机构", "email": "邮箱", "keeper": "机构管理员",
}  # fmt: skip
ROWS_MAX = 500
BYTES_MAX = 256 * 1024
_YES = frozenset({"1", "yes", "true", "是"})


def page(view: WorkView) -> ResponseReturnValue:
    """Show the rows of the file with what is wrong; the second request makes the users."""
    text = _text()
    rows, problem = _rows(text)
    checked = [(row, _wrong(row)) for row in rows]
    _mark_twice(checked)
    wrong = sum(1 for _row, said in checked if said)
    possible = bool(checked) and not problem and not wrong
    if possible and "selection_hash" in request.form:
        made = _make([row for row, _said in checked])
        flash(_("已建立 %(n)s 个用户，邀请邮件已放入发件箱。", n=formats.count(made)), "success")
        return redirect(url_for("users.index"), 303)
    shown = view.render(
        "zhijie/users_bring.html",
        checked=checked,
        wrong=wrong,
        problem=problem,
        possible=possible,
        text=text,
        columns=COLUMNS,
        rows_max=ROWS_MAX,
        roles=list(Role),
    )
    return shown, 422 if problem or wrong else 200


def _text() -> str:
    file = request.files.get("file")
    if file and file.filename:
        told = file.read(BYTES_MAX + 1)
        try:
            return told.decode("utf-8-sig")
        except UnicodeDecodeError:
            return told.decode("gb18030", errors="replace")
    return request.form.get("text", "")


def _rows(text: str) -> tuple[list[dict[str, str]], str]:
    """Return the rows by column, and what is wrong with the file as a whole."""
    if not text.strip():
        return [], _("文件是空的。") if request.method == "POST" else ""
    if len(text) > BYTES_MAX:
        return [], _("文件太大，最多 %(n)s 行。", n=ROWS_MAX)
    names = {words: name for name, words in COLUMNS.items()} | {name: name for name in COLUMNS}
    lines = csv.reader(io.StringIO(text))
    titles = [names.get(title.strip(), title.strip()) for title in next(lines)]
    unknown = [title for title in titles if title not in COLUMNS]
    missing = [COLUMNS[name] for name in ("name", "role", "email") if name not in titles]
    if unknown or missing:
        return [], _(
            "列名不符：不认识 %(unknown)s，缺少 %(missing)s。",
            unknown="、".join(unknown) or "—",
            missing="、".join(missing) or "—",
        )
    rows = [
        {name: value.strip() for name, value in zip(titles, line, strict=False)}
        for line in lines
        if any(map(str.strip, line))
    ]
    if len(rows) > ROWS_MAX:
        return [], _("文件太大，最多 %(n)s 行。", n=ROWS_MAX)
    return rows, "" if rows else _("文件只有表头，没有用户。")


def _wish(row: dict[str, str]) -> users.Wish:
    return users.Wish(
        full_name=row.get("full_name") or row["name"],
        role=Role(row["role"]),
        area_code=row.get("area_code") or ALL_AREAS,
        party_code=row.get("party_code") or None,
        email=row.get("email") or None,
        keeper=row.get("keeper", "").lower() in _YES,
    )


def _wrong(row: dict[str, str]) -> str:
    """Return why a row cannot become a user, or nothing."""
    if row.get("role") not in set(Role):
        return _("角色“%(role)s”不存在。", role=row.get("role", ""))
    try:
        users.require_grant(g.actor, row.get("name", ""), _wish(row))
        if User.get_or_none(User.name == row["name"]) is not None:
            raise UserExists(name=row["name"])
        if "@" not in row.get("email", ""):
            raise AddressNeeded(name=row["name"])
    except SettlementError as error:
        return sentence_of(error)
    return ""


def _mark_twice(checked: list[tuple[dict[str, str], str]]) -> None:
    """Say where a name stands a second time in the file."""
    seen: set[str] = set()
    for place, (row, said) in enumerate(checked):
        name = row.get("name", "")
        if name in seen and not said:
            checked[place] = (row, _("用户名在文件中重复。"))
        seen.add(name)


def _make(rows: list[dict[str, str]]) -> int:
    """Make all users and their invitations in one transaction."""
    render: Any = mail_texts.renderer()
    with db.atomic():
        for row in rows:
            wish = _wish(row)
            users.create(
                row["name"],
                wish.role,
                wish.area_code,
                party_code=wish.party_code,
                full_name=wish.full_name,
                email=wish.email,
                keeper=wish.keeper,
                by=g.actor.name,
            )
            links.invite(row["name"], by=g.actor.name, render=render)
    return len(rows)
