"""How each kind of column and answer is described to programs: type, pattern, words."""

from typing import Any

from marshmallow import fields

from models.rules import identifiers
from models.schemas import answers
from models.schemas.columns import Column
from models.schemas.number_columns import NumberColumn, WholeColumn
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    ChoicesColumn,
    CnapsColumn,
    CreditColumn,
    DayColumn,
    FlagColumn,
    HospitalColumn,
    PeriodColumn,
)


def column(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Describe a column of a table: text as in a file, numbers also as JSON numbers."""
    if not isinstance(field, Column):
        return {}
    told: dict[str, Any] = {"type": ["string"], "description": _words(field)}
    if isinstance(field, ChoiceColumn) and not isinstance(field, ChoicesColumn):
        told["enum"] = [*field.words, *(["", None] if field.optional else [])]
    elif isinstance(field, FlagColumn):
        told["enum"] = ["yes", "no", *(["", None] if field.optional else [])]
    elif pattern := _pattern(field):
        told["pattern"] = f"^({pattern})?$" if field.optional else f"^{pattern}$"
    if isinstance(field, NumberColumn):
        told["type"].append("integer" if isinstance(field, WholeColumn) else "number")
    if field.optional:
        told["type"].append("null")
    return told


def _words(field: Column) -> str:
    return f"{field.label}。{field.form}" + (f"。{field.note}" if field.note else "")


def _pattern(field: Column) -> str:
    if isinstance(field, NumberColumn):
        decimals = rf"(\.[0-9]{{1,{field.places}}})?" if field.places else ""
        return rf"-?[0-9]{{1,{field.digits_max}}}{decimals}"
    for kind, pattern in (
        (AreaColumn, identifiers.AREA_CODE.pattern),
        (HospitalColumn, identifiers.HOSPITAL_CODE.pattern),
        (CreditColumn, identifiers.CREDIT_CODE.pattern),
        (CnapsColumn, identifiers.CNAPS_CODE.pattern),
        (PeriodColumn, r"[0-9]{4}-(0[1-9]|1[0-2])"),
        (DayColumn, r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{8})"),
    ):
        if isinstance(field, kind):
            return pattern.removeprefix(r"\A").removesuffix(r"\Z")
    return ""


def word(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Describe a word of an enumeration."""
    if not isinstance(field, answers.Word):
        return {}
    return {"enum": [*field.words, *([None] if field.allow_none else [])]}


def exact(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Describe amounts and quantities, which travel as text."""
    if not isinstance(field, answers.Yuan | answers.Number):
        return {}
    places = 2 if isinstance(field, answers.Yuan) else 4
    kind = ["string", "null"] if field.allow_none else "string"
    return {"type": kind, "pattern": rf"^-?[0-9]+(\.[0-9]{{1,{places}}})?$"}


def portable(_converter: Any, _field: fields.Field[Any], *, ret: dict[str, Any]) -> dict[str, Any]:
    """Write the ends of a pattern as every language reads them."""
    pattern = ret.get("pattern", "")
    return {"pattern": pattern.replace(r"\A", "^").replace(r"\Z", "$")} if pattern else {}
