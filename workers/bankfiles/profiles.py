"""A bank's file formats as data: checked on saving, so that writing cannot surprise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workers.bankfiles.columns import BATCH_SOURCES, ORDER_SOURCES, Column
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import Batch
from workers.bankfiles.spec import Spec
from workers.bankfiles.text import CODECS, invisible, unencodable

PAIN_FORMATS = ("pain001_v09", "pain001_v03")
FORMATS = (*PAIN_FORMATS, "delimited", "csv", "xlsx")
NEWLINES = {"crlf": "\r\n", "lf": "\n"}
SPLITS = ("in_bank", "rail")
CUT_OFFS = ("ignore", "warn", "next_day")
#: InstrPrty; `by_rail` is HIGH for the large-value system and NORM for any other.
PRIORITIES = ("HIGH", "NORM", "by_rail")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FILE_NAME = re.compile(r"[A-Za-z0-9_.\-{}]{1,80}")


@dataclass(frozen=True, slots=True)
class Xml:
    """What banks ask differently inside pain.001."""

    clearing_system: str
    currency: str
    batch_booking: bool
    instruction_priority: str | None
    local_instrument: str | None
    charge_bearer: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of one bank's formats; `spec` is the data it was read from."""

    code: str
    name: str
    note: str
    format: str
    encoding: str
    bom: bool
    newline: str
    separator: str
    trailing_separator: bool
    comment_prefix: str
    comments: tuple[str, ...]
    start_line: str
    end_line: str
    titles: bool
    header_columns: tuple[Column, ...]
    detail_columns: tuple[Column, ...]
    trailer_columns: tuple[Column, ...]
    char_map: Mapping[str, str]
    forbidden: str
    keep_edges: bool
    max_rows: int | None
    max_bytes: int | None
    amount_max_fen: int | None
    #: Checked and not written: limits of the bank on a source, e.g. 60 bytes for a name.
    limits: tuple[Column, ...]
    split_by: tuple[str, ...]
    #: What the cut-off of the rail does to the day of payment: ignore, warn, next_day.
    cut_off: str
    #: An order like one of the last so many days asks for an explanation (V14); 0: none does.
    repeat_days: int | None
    file_name_pattern: str
    xml: Xml
    results: IncomingLayout | None
    #: Other kinds of result the same bank sends, told apart by their content: 退汇, camt.054.
    more_results: tuple[IncomingLayout, ...]
    statement: IncomingLayout | None
    spec: Mapping[str, Any]

    @classmethod
    def from_spec(cls, data: Mapping[str, Any]) -> "Profile":
        """Return the checked profile; ProfileInvalid names the first key that cannot work."""
        code = str(data.get("code", "?"))
        spec = Spec(data, profile=code)
        kind = spec.choice("format", FORMATS)
        profile = cls(
            code=spec.text("code", max_chars=40),
            name=spec.text("name"),
            note=spec.text("note", "", max_chars=1_000),
            format=kind,
            encoding=spec.choice("encoding", tuple(CODECS), "utf-8"),
            bom=spec.flag("bom"),
            newline=NEWLINES[spec.choice("newline", tuple(NEWLINES), "crlf")],
            separator=spec.text("separator", ",", max_chars=1),
            trailing_separator=spec.flag("trailing_separator"),
            comment_prefix=spec.text("comment_prefix", "", max_chars=5),
            comments=spec.texts("comments"),
            start_line=spec.text("start_line", ""),
            end_line=spec.text("end_line", ""),
            titles=spec.flag("titles"),
            header_columns=_columns(spec, "header_columns", BATCH_SOURCES),
            detail_columns=_columns(spec, "detail_columns", (*BATCH_SOURCES, *ORDER_SOURCES)),
            trailer_columns=_columns(spec, "trailer_columns", BATCH_SOURCES),
            char_map=spec.words("char_map"),
            forbidden=spec.text("forbidden", ""),
            keep_edges=spec.flag("keep_edges"),
            max_rows=spec.number("max_rows"),
            max_bytes=spec.number("max_bytes"),
            amount_max_fen=spec.number("amount_max_fen", high=10**15),
            limits=_columns(spec, "limits", ORDER_SOURCES),
            split_by=spec.texts("split_by"),
            cut_off=spec.choice("cut_off", CUT_OFFS, "ignore"),
            repeat_days=spec.number("repeat_days", low=0, high=366),
            file_name_pattern=spec.text("file_name_pattern", "{batch_no}.txt"),
            xml=_xml(spec.part("xml") or Spec({}, profile=code, path="xml.")),
            more_results=_more_results(spec),
            results=IncomingLayout.results(spec.part("results")),
            statement=IncomingLayout.statement(spec.part("statement")),
            spec=data,
        )
        _check(spec, profile)
        spec.done()
        return profile

    @property
    def codec(self) -> str:
        """Return Python's name of the encoding."""
        return CODECS[self.encoding]

    def file_name(self, batch: Batch) -> str:
        """Return the name of the file for a batch."""
        return self.file_name_pattern.format(
            batch_no=batch.batch_no, yyyymmdd=f"{batch.execution_on:%Y%m%d}"
        )


def _columns(spec: Spec, key: str, sources: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column.from_spec(part, sources) for part in spec.parts(key))


def _more_results(spec: Spec) -> tuple[IncomingLayout, ...]:
    found = tuple(IncomingLayout.results(part) for part in spec.parts("more_results"))
    if found and not spec.has("results"):
        spec.refuse("more_results", "须先有 results", "results come first")
    return tuple(layout for layout in found if layout is not None)


def _xml(spec: Spec) -> Xml:
    bearers = ("DEBT", "CRED", "SHAR", "SLEV")
    priority = spec.choice("instruction_priority", (*PRIORITIES, "none"), "none")
    bearer = spec.choice("charge_bearer", (*bearers, "none"), "none")
    xml = Xml(
        clearing_system=spec.text("clearing_system", "CNAPS", max_chars=5),
        currency=spec.choice("currency", ("CNY",), "CNY"),
        batch_booking=spec.flag("batch_booking"),
        instruction_priority=None if priority == "none" else priority,
        local_instrument=spec.text_or_none("local_instrument"),
        charge_bearer=None if bearer == "none" else bearer,
    )
    spec.done()
    return xml


def _check(spec: Spec, profile: Profile) -> None:
    """Refuse what could only fail, or deceive, once orders are written."""
    _check_names(spec, profile)
    _check_text(spec, profile)
    _check_rail(spec, profile)
    if profile.format in PAIN_FORMATS:
        if profile.detail_columns or profile.encoding != "utf-8":
            spec.refuse("detail_columns", "XML 格式固定为 UTF-8，不设列", "XML has no columns")
        return
    for source in ("reference", "amount"):
        columns = [c for c in profile.detail_columns if c.sources[:1] == (source,)]
        if not columns or any(c.when for c in columns):
            spec.refuse("detail_columns", f"缺少来源为 {source} 的列", f"no column for {source}")
    if any(c.sources[1:] and "amount" in c.sources for c in profile.detail_columns):
        spec.refuse("detail_columns", "金额必须独占一列", "the amount stands alone")
    every = (*profile.header_columns, *profile.detail_columns, *profile.trailer_columns)
    marks = (profile.comment_prefix, profile.start_line, profile.end_line)
    if any(marks) and _may_begin_like_a_mark(profile.detail_columns[0]):
        spec.refuse(
            "detail_columns[1]", "首列可能被当作注释或起止行", "it could begin like a comment"
        )
    framing = (*profile.header_columns, *profile.trailer_columns)
    parted = any(c.when for c in every) or any("in_bank" in c.sources for c in framing)
    if parted and "in_bank" not in profile.split_by:
        spec.refuse("split_by", "列区分行内、跨行时须按 in_bank 拆分", "split by in_bank")


def _check_rail(spec: Spec, profile: Profile) -> None:
    """Refuse a rail in the file where one file may hold orders of several rails."""
    every = (*profile.header_columns, *profile.detail_columns, *profile.trailer_columns)
    told = any("rail" in c.sources for c in every) or profile.xml.instruction_priority == "by_rail"
    if told and "rail" not in profile.split_by:
        spec.refuse("split_by", "文件写明支付通道时须按 rail 拆分", "split by rail")


def _may_begin_like_a_mark(column: Column) -> bool:
    """Say whether free text stands first, where `#` or `*` would turn an order into a comment."""
    safe = {"row", "reference", "amount", "execution_on", "created_at"}
    return not safe >= set(column.sources[:1]) and column.charset not in ("digits", "alnum")


def _check_names(spec: Spec, profile: Profile) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", profile.code):
        spec.refuse("code", "应为小写字母、数字和下划线", "lower-case letters, digits, underscores")
    pattern = profile.file_name_pattern
    unknown = set(_PLACEHOLDER.findall(pattern)) - {"batch_no", "yyyymmdd"}
    bare = _PLACEHOLDER.sub("", pattern)
    if unknown or not _FILE_NAME.fullmatch(pattern) or "{" in bare or "}" in bare:
        spec.refuse(
            "file_name_pattern", "只能用字母数字和 {batch_no} {yyyymmdd}", "a plain name is wanted"
        )
    if "{batch_no}" not in pattern:
        spec.refuse("file_name_pattern", "须含 {batch_no}，避免重名", "{batch_no} is wanted")
    if set(profile.split_by) - set(SPLITS):
        spec.refuse("split_by", "只支持 in_bank、rail", "only in_bank and rail are known")


def _check_text(spec: Spec, profile: Profile) -> None:
    if profile.format in ("delimited", "csv") and len(profile.separator) != 1:
        spec.refuse("separator", "应为一个字符", "one character is wanted")
    if profile.format != "delimited" and (profile.trailing_separator or profile.comment_prefix):
        spec.refuse("trailing_separator", "只用于 delimited 格式", "only for delimited files")
    if profile.comments and not profile.comment_prefix:
        spec.refuse("comments", "须先设置 comment_prefix", "comment_prefix is wanted")
    for before, after in profile.char_map.items():
        if len(before) != 1 or invisible(after) or profile.separator in after:
            spec.refuse("char_map", f"“{before}”的对照不正确", f"the mapping of {before} is wrong")
    for text in _fixed_texts(profile):
        bad = invisible(text) or unencodable(text, profile.encoding)
        if bad:
            spec.refuse("encoding", f"固定文本“{text}”无法编码", f"{text} cannot be encoded")


def _fixed_texts(profile: Profile) -> list[str]:
    """Return every text that the profile itself brings into a file."""
    fixed = [*profile.comments, profile.start_line, profile.end_line, *profile.char_map.values()]
    for column in (*profile.header_columns, *profile.detail_columns, *profile.trailer_columns):
        fixed += [column.title, column.constant, column.empty_as or "", *column.map.values()]
    return fixed
