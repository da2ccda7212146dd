"""What people and programs read when something is refused, missing or broken."""

import logging

import peewee as pw
from flask import Flask, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from models import origin
from models.rules.errors import SettlementError
from web import language, problems
from web.problems import REFUSED, status_of

log = logging.getLogger("zhijie.web")


def sentence_of(error: SettlementError) -> str:
    """Return the refusal's sentence in the reader's language."""
    return language.sentence_of(error)


def wants_json() -> bool:
    """Return whether the caller is a program."""
    return request.path.startswith("/api/") or request.path.endswith(".json")


def _page(status: int, title: str, sentence: str, number: str = "") -> ResponseReturnValue:
    if problems.is_call():
        return problems.http(status, number)
    if wants_json():
        return jsonify(error=sentence, code=f"http_{status}"), status
    return (
        render_template(
            "zhijie/error.html", status=status, title=title, sentence=sentence, number=number
        ),
        status,
    )


def _refused(error: SettlementError) -> ResponseReturnValue:
    if problems.is_call():
        return problems.of(error)
    status = status_of(error)
    if wants_json():
        return jsonify(error=sentence_of(error), code=error.code), status
    if request.method == "POST" and status == REFUSED and request.referrer:
        flash(sentence_of(error), "error")
        return redirect(back())
    return _page(status, _("未能办理"), sentence_of(error))


def back(default: str = "/") -> str:
    """Return the page the reader came from, never another site."""
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) else default


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    told = {
        400: (
            _("请求不完整"),
            _("页面可能已打开很久，请返回上一页，刷新后再试；已填写的内容请先复制。"),
        ),
        401: (_("请先登录"), _("登录后再继续。")),
        403: (_("没有权限"), _("您的角色不能使用这个页面。如需权限，请联系管理员。")),
        404: (_("没有找到"), _("没有这个页面，或者不在您的数据范围内。")),
        405: (_("不支持的操作"), _("这个地址不接受这种请求。")),
        413: (_("文件太大"), _("文件超过允许的大小，没有保存。请拆分后再上传。")),
    }.get(code, (_("未能办理"), str(error.description or "")))
    return _page(code, *told)


def _broken(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    number = origin.request()
    log.error("page.failed path=%s", request.path, exc_info=error)
    return _page(
        500,
        _("系统出错"),
        _("这一步没有完成，也没有改动数据。请稍后再试；如再次出现，请把错误编号告诉管理员。"),
        number,
    )


def _unreachable(error: pw.OperationalError) -> ResponseReturnValue:
    number = origin.request()
    log.error("database.unreachable reason=%r", str(error))
    return _page(503, _("数据库暂时连接不上"), _("请稍候刷新；数据没有改动。"), number)


def install(app: Flask) -> None:
    """Register all of them."""
    app.register_error_handler(SettlementError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(pw.OperationalError, _unreachable)
    app.register_error_handler(Exception, _broken)
