"""Writes docs/rights.md: role × page × action × rows, as the program asks for every request."""

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from flask import Flask

from models import settings
from models.rules.rights import RIGHTS as ACTIONS
from models.rules.words import Role
from models.services import access
from web import guard, routes, words
from web.app import create_app
from web.permissions import RIGHTS, Page
from web.routes import Route

TARGET = Path(__file__).resolve().parent.parent / "docs" / "rights.md"

_INTRODUCTION = """# 权限表：角色 × 页面 × 动作 × 数据范围

本文由 `python -m scripts.document` 根据 `web/permissions.py`、`web/routes/` 和
`models/services/access.py` 生成，请勿手工修改。
程序对每个请求先按本表判断；没有写明权限的地址不提供服务。
符号的含义和规则见 [admin.md](admin.md) 第 2 节。

"""
_PAGES = """## 一、角色 × 页面

办：可以办理；看：可以查看；本：只限本机构的数据；·：不能打开。

"""
_ADDRESSES = """## 二、页面 × 地址 × 角色 × 数据范围

看：可以打开；办：可以提交；·：拒绝（403），不在数据范围内的一律 404。
“动作”一列是提交时须有的业务权限之一，见第三节。
医疗机构和医药企业只在“数据范围”写明时才有数据。

"""
_ACTIONS = """## 三、角色 × 业务权限

服务在执行前再次判断；页面只能收窄，不能放宽。

"""
_ROWS = {
    routes.AREA: "所属统筹区及下级",
    routes.HOSPITAL: "本院及所牵头的成员单位",
    routes.ENTERPRISE: "本企业",
    routes.OWN: "本人",
    routes.COLLEAGUES: "辖区内用户",
    routes.SHARED: "公共",
    routes.INSIDE: "经办机构公共",
    routes.NONE: "—",
}
_SIGN_OF_DOOR = {routes.ANYBODY: "无需登录", routes.SELF: "登录者本人", routes.KEY: "接口密钥"}


def render(app: Flask) -> str:
    """Return the whole document of this application, in Chinese."""
    with app.test_request_context():
        return _INTRODUCTION + _pages(app) + _addresses(app) + _actions()


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _head(*cells: str) -> str:
    return _row(*cells) + "|" + "---|" * len(cells) + "\n"


def _roles() -> list[str]:
    return [words.word(role) for role in Role]


def _names(app: Flask) -> dict[Page, str]:
    """Return what a page's views are called."""
    found: dict[Page, list[str]] = defaultdict(list)
    for view in app.extensions["zhijie_admin"]._views:  # noqa: SLF001 - Flask-Admin has no other list
        if isinstance(getattr(view, "page", None), Page):
            found[view.page].append(str(view.name))
    return {page: "、".join(dict.fromkeys(names)) for page, names in found.items()}


def _pages(app: Flask) -> str:
    names = _names(app)
    text = _PAGES + _head("页面", *_roles())
    for page in Page:
        signs = [_sign(role, page) for role in Role]
        text += _row(names.get(page, page.value), *signs)
    return text + "\n"


def _sign(role: Role, page: Page) -> str:
    has = RIGHTS[role, page]
    sign = "办" if has.act else "看" if has.read and not has.own else ""
    return ("本" if has.own else "") + sign or "·"


def _addresses(app: Flask) -> str:
    """Return one table for each page, and one for what stands under none."""
    of_page: dict[Page | None, list[tuple[str, Route]]] = defaultdict(list)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        route = guard.stated(app, rule.endpoint)
        if route is None:
            raise guard.Unstated(rule.endpoint)
        of_page[route.page].append((rule.rule, route))
    names, text = _names(app), _ADDRESSES
    for page in Page:
        if of_page[page]:
            text += f"### {names.get(page, page.value)}\n\n"
            text += _head("地址", *_roles(), "动作", "数据范围")
            text += "".join(_line(address, route) for address, route in of_page[page]) + "\n"
    text += "### 不属于菜单的地址\n\n" + _head("地址", "打开", "提交", "数据范围")
    for address, route in of_page[None]:
        doors = [_SIGN_OF_DOOR.get(need.sign, "·") for need in (route.reading, route.writing)]
        text += _row(f"`{address}`", *doors, _rows(route))
    return text + "\n"


def _line(address: str, route: Route) -> str:
    reads, writes = set(route.roles("GET")), set(route.roles("POST"))
    signs = [
        ("看" if role in reads else "") + ("办" if role in writes else "") or "·" for role in Role
    ]
    actions = dict.fromkeys((*route.reading.actions, *route.writing.actions))
    told = "、".join(ACTIONS[name][0] if name in ACTIONS else name for name in actions)
    return _row(f"`{address}`", *signs, told, _rows(route))


def _rows(route: Route) -> str:
    return "；".join(_ROWS[sign] for sign in route.rows)


def _actions() -> str:
    text = _ACTIONS + _head("业务权限", "含义", *_roles())
    for action in sorted(set().union(*access.MAY.values())):
        meaning = ACTIONS[action][0] if action in ACTIONS else ""
        signs = ["●" if action in access.MAY.get(role, frozenset()) else "" for role in Role]
        text += _row(f"`{action}`", meaning, *signs)
    return text


def write() -> int:
    """Write the document without a database; return how many addresses it has."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"VAR_DIR": folder, "DATABASE_URL": "postgresql:///", "REDIS_URL": "unix://"}
        app = create_app(settings.load(told))
        TARGET.write_text(render(app), encoding="utf-8")
    return len(list(app.url_map.iter_rules()))


if __name__ == "__main__":
    print(f"{TARGET}: {write()} addresses")
    sys.exit(0)
