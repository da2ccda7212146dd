"""Columns of an order file as data: where a value comes from and what limits the bank sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workers.bankfiles.spec import Spec

#: What a header or trailer column may carry.
BATCH_SOURCES = (
    "batch_no",
    "created_at",
    "execution_on",
    "debtor_account_no",
    "debtor_account_name",
    "debtor_bank_name",
    "debtor_cnaps_code",
    "count",
    "total",
    "in_bank",
    "rail",
)
#: What a detail column may carry besides.
ORDER_SOURCES = (
    "row",
    "reference",
    "uetr",
    "payee_account_no",
    "payee_account_name",
    "payee_bank_name",
    "payee_cnaps_code",
    "amount",
    "purpose",
)
#: Free text: the character map applies to these and to nothing else. An identifier that needs
#: mapping is a wrong identifier.
TEXT_SOURCES = frozenset(
    {
        "debtor_account_name",
        "debtor_bank_name",
        "payee_account_name",
        "payee_bank_name",
        "purpose",
    }
)
CHARSETS = ("any", "ascii", "alnum", "digits")
DATE_FORMATS = ("yyyyMMdd", "yyyy-MM-dd")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a header, detail or trailer record."""

    title: str
    #: Joined with `join`; empty for a constant column.
    sources: tuple[str, ...] = ()
    join: str = ""
    constant: str = ""
    unit: str = "yuan"
    date_format: str = "yyyyMMdd"
    pad_width: int = 0
    pad_with: str = "0"
    max: int | None = None
    max_unit: str = "chars"
    length: int | None = None
    charset: str = "any"
    #: What an empty value is written as; None: an empty value is an error.
    empty_as: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    #: in_bank or cross_bank: the column exists only in files of that kind.
    when: str | None = None
    cell: str = "text"

    @classmethod
    def from_spec(cls, spec: Spec, sources: tuple[str, ...]) -> "Column":
        """Return a checked column; ProfileInvalid names the key that is wrong."""
        named = _sources(spec, sources)
        pad = spec.part("pad")
        column = cls(
            title=spec.text("title", "+".join(named)),
            sources=named,
            join=spec.text("join", " ", max_chars=5),
            constant=spec.text("constant", ""),
            unit=spec.choice("unit", ("yuan", "fen"), "yuan"),
            date_format=spec.choice("date_format", DATE_FORMATS, "yyyyMMdd"),
            pad_width=(pad.number("width", high=100) or 0) if pad else 0,
            pad_with=pad.choice("with", ("0", " "), "0") if pad else "0",
            max=spec.number("max", high=10_000),
            max_unit=spec.choice("max_unit", ("chars", "bytes"), "chars"),
            length=spec.number("length", high=1_000),
            charset=spec.choice("charset", CHARSETS, "any"),
            empty_as=spec.text_or_none("empty_as"),
            map=spec.words("map"),
            when=spec.choice("when", ("in_bank", "cross_bank")) if spec.has("when") else None,
            cell=spec.choice("cell", ("text", "number"), "text"),
        )
        if pad:
            pad.done()
        _agree(spec, column)
        spec.done()
        return column


def _sources(spec: Spec, allowed: tuple[str, ...]) -> tuple[str, ...]:
    several = spec.texts("sources")
    one = spec.text_or_none("source")
    found = several or ((one,) if one else ())
    for source in found:
        if source not in allowed:
            listed = " ".join(allowed)
            spec.refuse("source", f"“{source}”不是可用来源（{listed}）", f"unknown source {source}")
    return found


def _agree(spec: Spec, column: Column) -> None:
    """Refuse settings that contradict one another."""
    if bool(column.sources) == bool(column.constant) and column.sources:
        spec.refuse("constant", "来源与固定值只能有一个", "a source or a constant, not both")
    identifying = {"reference", "payee_account_no"} & set(column.sources)
    if identifying and (column.map or column.pad_width):
        spec.refuse("map", "流水号和账号不得改写或补位", "references and accounts stay as they are")
    if column.cell == "number" and column.sources not in (("amount",), ("total",), ("count",)):
        spec.refuse("cell", "只有金额和笔数可以是数值单元格", "only amounts may be number cells")
    if len(column.sources) > 1 and "reference" in column.sources[1:]:
        spec.refuse("sources", "流水号必须在最前", "the reference comes first")
