"""The description of the interface: OpenAPI 3.1, made from the schemas that check what comes in."""

import json
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema

from models.schemas import answers, problem_bodies, questions, tables
from models.schemas.table import TableSchema
from models.services.imports.rows import ROWS_MAX
from web import problems
from web.api import bodies, described, shapes
from web.api.reads import LISTS

VERSION = "1.0.0"
_PROBLEMS = {
    "400": "请求不完整或格式不符",
    "401": "没有有效的密钥、来源不符或签名不被接受",
    "403": "角色或密钥没有这项权限",
    "404": "不存在，或不在密钥的数据范围内",
    "409": "幂等键已用于另一份内容",
    "413": "请求体过大",
    "415": "不是 JSON 或 NDJSON",
    "422": "被规则拒绝，code 说明原因",
    "429": "请求过于频繁",
}


def render() -> dict[str, Any]:
    """Return the whole document; the same on every run."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="直结 Zhijie",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": "采购平台、医疗机构和企业系统的接口。说明见 docs/api.md。"},
        security=[{"key": []}],
        servers=[{"url": "/"}],
    )
    if plugin.converter is None:
        raise RuntimeError("the converter comes with the document")
    for describe in (described.column, described.word, described.exact, described.portable):
        plugin.converter.add_attribute_function(describe)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", shapes.problem())
    spec.components.schema("Verdict", shapes.verdict())
    spec.components.schema("Queued", shapes.queued())
    for schema in tables.ALL:
        _sending(spec, schema)
    _reading(spec)
    _reporting(spec)
    _rest(spec)
    told: dict[str, Any] = spec.to_dict()
    return told


def text() -> str:
    """Return the document as docs/openapi.json keeps it."""
    return json.dumps(render(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _name(schema: Any) -> str:
    found = schema if isinstance(schema, type) else type(schema)
    return str(found.__name__)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _ok(told: str, schema: Any, kind: str = bodies.JSON) -> dict[str, Any]:
    return {"description": told, "content": {kind: {"schema": schema}}}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {one: _ok(_PROBLEMS[one], _ref("Problem"), problems.MEDIA_TYPE) for one in statuses}


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "同一个键和同一份内容只处理一次",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~]+$"},
}


def _sending(spec: APISpec, schema: type[TableSchema]) -> None:
    about = schema.about
    schema.columns()  # names the labels that several tables share
    spec.components.schema(schema.__name__, schema=schema)
    row = _ref(schema.__name__)
    spec.path(
        path=f"/api/v1/{about.kind}",
        operations={
            "post": {
                "operationId": f"send_{about.kind}",
                "summary": f"提交{about.title}",
                "description": "".join(about.notes),
                "tags": ["send"],
                "parameters": [_KEY],
                "requestBody": {
                    "required": True,
                    "content": {
                        bodies.JSON: {
                            "schema": {"type": "array", "maxItems": ROWS_MAX, "items": row}
                        },
                        bodies.NDJSON: {
                            "schema": {"type": "string", "description": "每行一个 JSON 对象"}
                        },
                    },
                },
                "responses": {
                    "200": _ok("每一行的结果", _ref("Verdict")),
                    "202": _ok("已排队导入", _ref("Queued")),
                    **_refusals("400", "401", "403", "409", "413", "415", "422", "429"),
                },
            }
        },
    )


def _pages(answer: type[Schema]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": answer},
            "next": {"type": ["string", "null"], "description": "下一页的地址"},
        },
    }


def _get(name: str, told: str, answer: Any, *parameters: Any) -> dict[str, Any]:
    return {
        "get": {
            "operationId": name,
            "summary": told,
            "tags": ["read"],
            "parameters": list(parameters),
            "responses": {
                "200": _ok(told, answer),
                **_refusals("400", "401", "403", "404", "429"),
            },
        }
    }


def _in_query(question: type[Schema]) -> dict[str, Any]:
    return {"in": "query", "schema": question}


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


_CODE = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$"}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}


def _reading(spec: APISpec) -> None:
    for one in LISTS:
        spec.path(
            path=f"/api/v1/{one.what}",
            operations=_get(
                f"read_{one.what}", one.title, _pages(one.answer), _in_query(one.question)
            ),
        )
    sheet, payment = _in_path("sheet_no", _CODE), _in_path("reference", _CODE)
    spec.path(
        path="/api/v1/sheets/{sheet_no}",
        operations=_get("read_sheet", "一张结算单", answers.SheetAnswer, sheet),
    )
    spec.path(
        path="/api/v1/sheets/{sheet_no}/lines",
        operations=_get(
            "read_sheet_lines",
            "结算单明细",
            _pages(answers.SheetLineAnswer),
            sheet,
            _in_query(questions.Question),
        ),
    )
    spec.path(
        path="/api/v1/payments/{reference}",
        operations=_get("read_payment", "一笔付款", answers.PaymentAnswer, payment),
    )


def _reporting(spec: APISpec) -> None:
    """Describe the report of a problem, and one problem with its thread."""
    number = _in_path("problem_no", _CODE)
    made = {"type": "object", "properties": {"problem_no": {"type": "string"}}}
    spec.path(
        path="/api/v1/problems",
        operations={
            "post": {
                "operationId": "report_problem",
                "summary": "提出集采问题",
                "tags": ["send"],
                "parameters": [_KEY],
                "requestBody": {
                    "required": True,
                    "content": {bodies.JSON: {"schema": problem_bodies.ProblemBody}},
                },
                "responses": {
                    "201": _ok("问题编号", made),
                    **_refusals("400", "401", "403", "409", "413", "415", "422", "429"),
                },
            }
        },
    )
    spec.path(
        path="/api/v1/problems/{problem_no}",
        operations=_get(
            "read_problem", "一个问题和各方说明", problem_bodies.ProblemDetailAnswer, number
        ),
    )


def _rest(spec: APISpec) -> None:
    number = _in_path("job_id", _NUMBER)
    spec.path(
        path="/api/v1/jobs",
        operations=_get(
            "read_jobs",
            "本单位的任务",
            _pages(answers.JobAnswer),
            _in_query(questions.JobsQuestion),
        ),
    )
    spec.path(
        path="/api/v1/jobs/{job_id}",
        operations=_get("read_job", "任务进度和结果", answers.JobAnswer, number),
    )
    told = _get("read_job_errors", "退回的行", {}, number)
    told["get"]["responses"]["200"] = _ok("退回的行（CSV）", {"type": "string"}, "text/csv")
    spec.path(path="/api/v1/jobs/{job_id}/errors", operations=told)


@cache
def _rendered() -> dict[str, Any]:
    return render()


def document() -> Response:
    """Return the description of the interface."""
    answer = jsonify(_rendered())
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def install(bp: Blueprint) -> None:
    """Register the call."""
    bp.add_url_rule("/openapi.json", "document", document)
