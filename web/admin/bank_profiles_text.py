"""A profile as people type it: JSON with the line of every key, so that refusals name places."""

import difflib
import json
import re
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NoReturn

from models.rules.errors.bank import ProfileTextBroken
from web.admin.bank_profiles_keys import GROUPS

_BLANK = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"[^\s,\]}]+")
TEXT_CHARS_MAX = 200_000
#: Keys in the order of the help; those of a column begin with what it is.
_FIRST = ("code", "name", "note", "format", "field", "title", "source", "sources")
_PLACES = {
    name: place
    for place, name in enumerate(
        dict.fromkeys([*_FIRST, *(key.name for _title, keys in GROUPS for key in keys)])
    )
}
#: Lines of unchanged text around a difference.
AROUND = 2

_REASONS = {
    "Expecting ',' delimiter": ("缺少逗号或多了一个引号", "a comma is missing"),
    "Expecting ':' delimiter": ("键之后缺少冒号", "a colon is missing after the key"),
    "Expecting value": ("此处缺少值，或多了一个逗号", "a value is missing, or a comma too many"),
    "Expecting property name enclosed in double quotes": (
        "键须用双引号，最后一项之后不能有逗号",
        "keys stand in double quotes, and no comma follows the last one",
    ),
    "Illegal trailing comma before end of object": ("最后一项之后不能有逗号", "a comma too many"),
    "Illegal trailing comma before end of array": ("最后一项之后不能有逗号", "a comma too many"),
    "Unterminated string starting at": ("文本缺少结束的双引号", "a text is not closed"),
    "Extra data": ("结束之后还有多余内容", "something stands after the end"),
}


def written(spec: Mapping[str, Any]) -> str:
    """Return the data as text: keys in the order of the help, a column on one line.

    The database keeps no order of keys, and what people compare must not jump about.
    """
    return _written(_ordered(spec), 0) + "\n"


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: _PLACES.get(key, len(_PLACES)))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list | tuple) else value


def _written(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    simple = isinstance(value, dict) and not any(isinstance(v, dict | list) for v in value.values())
    if not isinstance(value, dict | list) or not value or (depth and simple and len(flat) < 120):
        return flat
    if isinstance(value, list) and not any(isinstance(v, dict | list) for v in value):
        return flat
    pad, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        inside = [pad + _written(v, depth + 1) for v in value]
        return "[\n" + ",\n".join(inside) + f"\n{end}]"
    inside = [f"{pad}{json.dumps(k, ensure_ascii=False)}: {_written(v, depth + 1)}"
              for k, v in value.items()]  # fmt: skip
    return "{\n" + ",\n".join(inside) + f"\n{end}}}"


def read(text: str) -> dict[str, Any]:
    """Return the data of a text; ProfileTextBroken names line and column of what is wrong."""
    if len(text) > TEXT_CHARS_MAX:
        _refuse(1, 1, "内容过长", "it is too long")
    try:
        spec = json.loads(text, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        reason = _REASONS.get(error.msg, ("格式不正确", error.msg))
        _refuse(error.lineno, error.colno, *reason)
    except (RecursionError, ValueError):
        _refuse(1, 1, "含有不能识别的数值，或嵌套过深", "an unknown number, or nested too deeply")
    if not isinstance(spec, dict):
        _refuse(1, 1, "应以 { 开始", "it begins with {")
    places(text)
    return spec


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(line: int, column: int, reason: str, reason_en: str) -> NoReturn:
    raise ProfileTextBroken(line=line, column=column, reason=reason, reason_en=reason_en)


def places(text: str) -> dict[str, int]:
    """Return the line of every key by its path, such as detail_columns[3].source.

    For a text that `json` reads; raises ProfileTextBroken for a key that stands twice, of which
    one would be lost in silence.
    """
    found: dict[str, int] = {}
    _walk(text, 0, "", found)
    return found


def line_of(field: str, found: Mapping[str, int]) -> int:
    """Return the line of a field, else of the nearest part that holds it; 1 for the whole."""
    while field and field not in found:
        field = re.sub(r"(^|\.)[^.\[]+$|\[\d+\]$", "", field)
    return found.get(field, 1)


def _walk(text: str, at: int, path: str, found: dict[str, int]) -> int:
    """Note the lines below a value that begins at a place; return where it ends."""
    at = _skip(text, at)
    if text[at] == "{":
        return _walk_mapping(text, at + 1, path, found)
    if text[at] == "[":
        return _walk_list(text, at + 1, path, found)
    if text[at] == '"':
        return int(scanstring(text, at + 1)[1])
    plain = _PLAIN.match(text, at)
    return plain.end() if plain else at


def _walk_mapping(text: str, at: int, path: str, found: dict[str, int]) -> int:
    at = _skip(text, at)
    while text[at] != "}":
        start = at
        key, at = scanstring(text, at + 1)
        here = f"{path}.{key}" if path else key
        if here in found:
            _refuse(_line(text, start), 1, f"“{here}”写了两次", f"{here} stands twice")
        found[here] = _line(text, start)
        at = _skip(text, _walk(text, _skip(text, at) + 1, here, found))
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _walk_list(text: str, at: int, path: str, found: dict[str, int]) -> int:
    at, place = _skip(text, at), 0
    while text[at] != "]":
        place += 1
        found[f"{path}[{place}]"] = _line(text, at)
        at = _skip(text, _walk(text, at, f"{path}[{place}]", found))
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines that differ with a few around: (`-`, `+`, ` ` or `…`, text)."""
    lines = difflib.unified_diff(
        written(before).splitlines(), written(after).splitlines(), lineterm="", n=AROUND
    )
    found: list[tuple[str, str]] = []
    for line in list(lines)[2:]:
        if line.startswith("@@"):
            if found:
                found.append(("…", ""))
        else:
            found.append((line[0], line[1:]))
    return found
