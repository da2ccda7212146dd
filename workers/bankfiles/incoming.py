"""How a bank's result files and statements are laid out, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from workers.bankfiles.model import ResultStatus
from workers.bankfiles.spec import Spec
from workers.bankfiles.text import CODECS

TABLE_FORMATS = ("csv", "delimited", "xlsx")
RESULT_FORMATS = (*TABLE_FORMATS, "pain002_v10", "pain002_v03", "camt054_v08", "camt054_v02")
STATEMENT_FORMATS = (*TABLE_FORMATS, "camt053_v08", "camt053_v02")
RESULT_FIELDS = (
    "reference",
    "status",
    "amount",
    "booked_on",
    "bank_reason",
    "account_no",
    "account_name",
    "bank_line_no",
    "debtor_account_no",
)
STATEMENT_FIELDS = (
    "account_no",
    "day",
    "opening",
    "closing",
    "entry_no",
    "booked_on",
    "amount",
    "counter_account",
    "counter_name",
    "reference",
    "purpose",
    "reversal",
)
#: Columns of our own error files; allowed in every import and ignored.
ERROR_FILE_TITLES = ("row", "error_codes", "error")
SCOPES = ("all", "rejects_only", "accepts_only")
#: column: each line says its day. query_time: the day of the line that says when the bank was
#: asked. statement: the file knows no day, so a settled word waits for the statement's debit.
BOOKING_DAYS = ("column", "query_time", "statement")
#: What shows that the end is there: a finished line, a fixed line, a stated count, or a last line
#: of a single field whose text the profile does not know.
COMPLETENESS = ("none", "final_newline", "end_line", "count_line", "single_field")


@dataclass(frozen=True, slots=True)
class IncomingColumn:
    """Where a field stands: by its title, or by its position (from 1) in files without titles."""

    field: str
    title: str
    #: Other titles the bank gives the same column.
    aliases: tuple[str, ...]
    position: int | None
    optional: bool
    #: Only the first word counts: our reference stands before a blank in a longer text.
    first_word: bool


@dataclass(frozen=True, slots=True)
class IncomingHeader:
    """A first record in which the bank counts and adds up what follows; positions from 1."""

    count: int
    total: int | None

    @classmethod
    def from_spec(cls, spec: Spec | None) -> "IncomingHeader | None":
        """Return the header's places, or None where the file has none."""
        if spec is None:
            return None
        count = spec.number("count", high=1_000)
        if count is None:
            spec.refuse("count", "不能为空", "it must not be empty")
        header = cls(count, spec.number("total", high=1_000))
        spec.done()
        return header


@dataclass(frozen=True, slots=True)
class IncomingLayout:
    """A kind of file a bank gives us."""

    format: str
    encoding: str
    separator: str
    trailing_separator: bool
    #: Exact first line; another one is a file of another kind.
    first_line: str
    #: Lines before the titles and anywhere else that start so are no records.
    skip_prefixes: tuple[str, ...]
    #: Records before everything else that say nothing about an order.
    skip_rows: int
    titles: bool
    ignored_titles: tuple[str, ...]
    fields_min: int
    #: Exact number of fields; None where a later version of the bank may add some.
    fields: int | None
    header: "IncomingHeader | None"
    columns: tuple[IncomingColumn, ...]
    by_field: Mapping[str, IncomingColumn]
    status_map: Mapping[str, ResultStatus]
    #: fen or yuan; suffix such as 元; thousands: a comma between groups is allowed.
    amount_unit: str
    amount_suffix: str
    amount_thousands: bool
    completeness: str
    completeness_text: str
    booked_on_from: str
    query_time_prefix: str
    #: Words of a statement's column that mark 冲账, the bank's correction of its own entry.
    reversal_words: tuple[str, ...]
    #: What the bank reports: only then is silence about an order inferred from the group's word.
    report_scope: str
    #: The bank cuts names: compare them as prefixes of at least 11 characters.
    names_truncated: bool

    @classmethod
    def results(cls, spec: Spec | None) -> "IncomingLayout | None":
        """Return the layout of result files, or None where the profile has none."""
        needed = () if spec is None or spec.flag("no_status") else ("status",)
        return _layout(spec, RESULT_FORMATS, RESULT_FIELDS, needed)

    @classmethod
    def statement(cls, spec: Spec | None) -> "IncomingLayout | None":
        """Return the layout of statements, or None where the profile has none."""
        needed = ("account_no", "day", "opening", "closing", "entry_no", "booked_on", "amount")
        return _layout(spec, STATEMENT_FORMATS, STATEMENT_FIELDS, needed)

    def column(self, name: str) -> IncomingColumn | None:
        """Return the column of a field, or None."""
        return self.by_field.get(name)


def _layout(
    spec: Spec | None, formats: tuple[str, ...], fields: tuple[str, ...], needed: tuple[str, ...]
) -> IncomingLayout | None:
    if spec is None:
        return None
    amount = spec.part("amount_format") or Spec(
        {}, profile=spec.profile, path=f"{spec.path}amount."
    )
    complete = spec.part("completeness") or Spec({}, profile=spec.profile, path=spec.path)
    columns = tuple(_column(part, fields) for part in spec.parts("columns"))
    has_day = any(column.field == "booked_on" for column in columns)
    layout = IncomingLayout(
        format=spec.choice("format", formats),
        encoding=spec.choice("encoding", ("auto", *CODECS), "auto"),
        separator=spec.text("separator", ",", max_chars=1),
        trailing_separator=spec.flag("trailing_separator"),
        first_line=spec.text("first_line", ""),
        skip_prefixes=spec.texts("skip_prefixes"),
        skip_rows=spec.number("skip_rows", high=100) or 0,
        titles=spec.flag("titles", default=True),
        ignored_titles=spec.texts("ignored_titles"),
        fields_min=spec.number("fields_min") or 1,
        fields=spec.number("fields", high=1_000),
        header=IncomingHeader.from_spec(spec.part("header")),
        columns=columns,
        by_field={column.field: column for column in columns},
        status_map=_statuses(spec),
        amount_unit=amount.choice("unit", ("yuan", "fen"), "yuan"),
        amount_suffix=amount.text("suffix", ""),
        amount_thousands=amount.flag("thousands"),
        completeness=complete.choice("kind", COMPLETENESS, "none"),
        completeness_text=complete.text("text", ""),
        booked_on_from=spec.choice(
            "booked_on_from", BOOKING_DAYS, "column" if has_day else "statement"
        ),
        query_time_prefix=spec.text("query_time_prefix", "查询时间"),
        reversal_words=spec.texts("reversal_words") or ("yes", "是", "冲账", "冲正"),
        report_scope=spec.choice("report_scope", SCOPES, "all"),
        names_truncated=spec.flag("names_truncated"),
    )
    amount.done()
    complete.done()
    _check(spec, layout, needed)
    spec.done()
    return layout


def _column(spec: Spec, fields: tuple[str, ...]) -> IncomingColumn:
    name = spec.choice("field", fields)
    column = IncomingColumn(
        field=name,
        title=spec.text("title", name),
        aliases=spec.texts("aliases"),
        position=spec.number("position", high=1_000),
        optional=spec.flag("optional"),
        first_word=spec.flag("first_word"),
    )
    spec.done()
    return column


def _statuses(spec: Spec) -> dict[str, ResultStatus]:
    words = spec.words("status_map")
    known = [status.value for status in ResultStatus]
    for text, status in words.items():
        if status not in known:
            listed = " ".join(known)
            spec.refuse("status_map", f"“{text}”应对应：{listed}", f"{text} must map to {listed}")
    return {text: ResultStatus(status) for text, status in words.items()}


def _check(spec: Spec, layout: IncomingLayout, needed: tuple[str, ...]) -> None:
    """Refuse layouts that could not be read or would call every line unknown."""
    worded = layout.format in RESULT_FORMATS[:-2] and "status" in needed
    if worded and not layout.status_map:
        spec.refuse("status_map", "不能为空", "it must not be empty")
    if layout.format not in TABLE_FORMATS:
        return
    if (layout.booked_on_from == "column") != (layout.column("booked_on") is not None):
        spec.refuse("booked_on_from", "与记账日期列不一致", "it contradicts the columns")
    for name in needed:
        if layout.column(name) is None:
            spec.refuse("columns", f"缺少字段 {name}", f"no column for {name}")
    if not layout.titles and any(c.position is None for c in layout.columns):
        spec.refuse("columns", "无标题行时每列都要有 position", "positions are wanted")
    if layout.completeness in ("end_line", "count_line") and not layout.completeness_text:
        spec.refuse("completeness.text", "不能为空", "it must not be empty")
