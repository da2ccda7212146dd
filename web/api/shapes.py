"""The shapes of answers that are no rows: refusals, verdicts, queued imports."""

from typing import Any

from models.rules.errors.imports import RowCode


def problem() -> dict[str, Any]:
    """Return the shape of a refusal (RFC 9457)."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "error", "code"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "error": {"type": "string", "description": "与 detail 相同"},
            "code": {"type": "string", "description": "稳定的代码"},
            "number": {"type": "string", "description": "系统日志中的错误编号"},
        },
    }


def verdict() -> dict[str, Any]:
    """Return the shape of the answer to a JSON list."""
    whole = {"type": "integer", "minimum": 0}
    error = {
        "type": "object",
        "required": ["row", "error_codes", "error"],
        "properties": {
            "row": {"type": "integer", "minimum": 1},
            "error_codes": {
                "type": "array",
                "items": {"type": "string", "enum": [code.value for code in RowCode]},
            },
            "error": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "description": "rows = accepted + unchanged + rejected",
        "required": ["rows", "accepted", "unchanged", "rejected", "by_code", "errors"],
        "properties": {
            "rows": whole,
            "accepted": whole,
            "unchanged": whole,
            "rejected": whole,
            "by_code": {"type": "object", "additionalProperties": whole},
            "warnings": {"type": "array", "items": {"type": "object"}},
            "import_id": {"type": "integer"},
            "errors": {"type": "array", "items": error},
        },
    }


def queued() -> dict[str, Any]:
    """Return the shape of the answer to NDJSON."""
    return {
        "type": "object",
        "required": ["job", "rows", "sha256", "status"],
        "properties": {
            "job": {"type": "integer"},
            "rows": {"type": "integer"},
            "sha256": {"type": "string"},
            "status": {"type": "string", "description": "任务的地址"},
        },
    }
