"""One case beside what proves or denies it: the bank's words, our order, and what was decided."""

import re
from collections.abc import Iterator
from typing import Any

from models import clock
from models.records.base import db
from models.rules.bank_news import Status
from models.rules.case_acts import ADMISSIBLE, DATED, admission
from models.rules.words import ExceptionKind, InstructionState
from models.services import files, payment_proofs
from models.services.bank_results import suggestions
from models.services.views.reading import fetch, one

#: A raw record further behind in a file than this is read from the file itself.
RAW_BYTES_MAX = 64 << 20
RAW_CHARS = 1_500
#: Account numbers show their last four digits; our references begin with letters and stay whole.
_LONG_NUMBERS = re.compile(r"(?<![A-Za-z0-9.])[0-9]{12,34}(?![A-Za-z0-9.])")
TAIL = 4
SUGGESTIONS_MAX = 20

_ANSWERS = """
SELECT l.row, l.status_text, l.status, l.amount_fen, l.booked_on, l.bank_reason, l.account_no,
       l.account_name, l.reference, l.bank_line_no, l.outcome, f.imported_at, f.id AS file_id,
       f.file_id AS stored_id, f.profile_code, f.profile_version, s.name AS file_name
  FROM bank_result_line l JOIN bank_result_file f ON f.id = l.result_file_id
  JOIN stored_file s ON s.id = f.file_id
"""
_ANSWER = f"{_ANSWERS} WHERE l.instruction_id = %(order)s ORDER BY l.id DESC LIMIT 1"
_ANSWER_BY_EVIDENCE = f"""
{_ANSWERS} WHERE l.result_file_id = %(file)s AND l.row = %(row)s
 ORDER BY l.instruction_id IS NOT DISTINCT FROM %(order)s DESC, l.id LIMIT 1
"""
_ENTRIES = """
SELECT t.account_no, t.day, t.entry_no, t.booked_on, t.amount_fen, t.counter_account,
       t.counter_name, t.reference, t.purpose, t.reversal, t.row, d.closed,
       coalesce(t.file_id, d.file_id) AS stored_id, s.name AS file_name,
       v.facts ->> 'profile' AS profile_code, (v.facts ->> 'version')::int AS profile_version
  FROM statement_entry t JOIN statement_day d USING (account_no, day)
  LEFT JOIN stored_file s ON s.id = coalesce(t.file_id, d.file_id)
  LEFT JOIN LATERAL (SELECT facts FROM statement_day_event v
                      WHERE (v.account_no, v.day, v.file_id) = (t.account_no, t.day, t.file_id)
                        AND v.what = 'fed' ORDER BY v.id LIMIT 1) v ON true
"""
_ENTRY = f"{_ENTRIES} WHERE t.instruction_id = %(order)s ORDER BY t.day DESC, t.entry_no LIMIT 1"
_ENTRY_BY_EVIDENCE = f"""
{_ENTRIES} WHERE t.account_no = %(account)s AND t.day = %(day)s AND t.entry_no = %(entry)s
"""
_MOVES = """
SELECT v.happened_at, v.from_state, v.to_state, v.actor, v.cause, v.evidence
  FROM instruction_event v WHERE v.instruction_id = %(order)s ORDER BY v.id
"""
_SHEETS = """
SELECT s.sheet_no FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
 WHERE a.instruction_id = %(order)s ORDER BY s.sheet_no LIMIT 20
"""
_DECISIONS = """
SELECT d.*, i.reference, i.amount_fen, i.payee_account_name
  FROM case_decision d LEFT JOIN payment_instruction i ON i.id = d.instruction_id
 WHERE d.case_id = %(case)s ORDER BY d.id
"""
_SAID = "SELECT * FROM ({evidence}) v"
_SUGGESTED = f"""
SELECT s.level, s.nth_order, s.orders, s.lines, i.reference, i.amount_fen, i.state, i.sent_on,
       i.amount_fen AS order_fen, b.debtor_account_no, i.bank_reason,
       i.payee_account_no, i.payee_account_name, i.line_in_batch, b.batch_no
  FROM suggestion s JOIN payment_instruction i ON i.id = s.order_id
  JOIN payment_batch b ON b.id = i.batch_id
 WHERE s.case_id = %(case)s ORDER BY s.level = 'several', i.id LIMIT {SUGGESTIONS_MAX}
"""


def evidence(case: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return answer, statement entry, moves, sheets and proofs that belong to a case."""
    told: dict[str, Any] = {"order": case.instruction_id}
    answer = entry = None
    source, _, rest = (case.evidence or "").partition(":")
    if source == "bank_result":
        file_id, row = rest.split(":")
        answer = one(_ANSWER_BY_EVIDENCE, {**told, "file": int(file_id), "row": int(row)})
    elif source == "statement":
        account, day, number = rest.split(":", 2)
        entry = one(_ENTRY_BY_EVIDENCE, {"account": account, "day": day, "entry": number})
    found = {
        "source": source,
        "said": one(_SAID.format(evidence=suggestions.evidence("x.id = %(id)s")), {"id": case.id}),
        "decisions": fetch(_DECISIONS, {"case": case.id}),
        "raw": raw(answer if source == "bank_result" else entry),
    }
    if case.instruction_id is None:
        return {**found, "answer": answer, "entry": entry, "moves": [], "sheets": [],
                "proofs": None}  # fmt: skip
    return {
        **found,
        "answer": answer or one(_ANSWER, told),
        "entry": entry or one(_ENTRY, told),
        "moves": fetch(_MOVES, told),
        "sheets": [row.sheet_no for row in fetch(_SHEETS, told)],
        "proofs": next(iter(payment_proofs.judge([case.reference], clock.today())), None),
    }


def suggested(case_id: int) -> list[Any]:
    """Return the orders an open unmatched case may be about, the likely ones first."""
    with db.atomic():
        suggestions.suggest("x.id = %(case)s", {"case": case_id})
        return fetch(_SUGGESTED, {"case": case_id})


def may_admit(case: Any, said: Any) -> bool:  # noqa: ANN401
    """Return whether two people may admit the evidence about the case's own order."""
    if said is None or case.instruction_id is None or not said.as_recorded:
        return False
    if ExceptionKind(case.kind) not in ADMISSIBLE or said.amount_fen != case.order_fen:
        return False
    if said.status is None:
        return True
    state = InstructionState(case.order_state)
    found = admission(state, Status(said.status))
    return found is not None and not (found.moves[:1] == ("admit",) and case.successor)


def lacks(said: Any) -> tuple[bool, bool]:  # noqa: ANN401
    """Return whether the meaning and whether the day must be stated by a person."""
    if said is None:
        return False, False
    return said.status is None, said.booked_on is None and (
        said.status is None or Status(said.status) in DATED
    )


def raw(record: Any) -> str:  # noqa: ANN401
    """Return the bank's own text of a record, as it stands in the stored file; '' when unknown."""
    if record is None or not record.row or not record.stored_id:
        return ""
    layout = one(
        "SELECT spec FROM bank_profile WHERE profile_code = %(code)s AND version = %(version)s",
        {"code": record.profile_code, "version": record.profile_version},
    )
    part = "statement" if hasattr(record, "entry_no") else "results"
    spec = (layout.spec.get(part) or {}) if layout else {}
    form = str(spec.get("format", ""))
    if form == "xlsx":
        return ""
    tag = "Ntry" if form.startswith("camt") else "TxInfAndSts" if form.startswith("pain") else ""
    pieces = _bounded(files.read(record.stored_id))
    text = (
        _block(pieces, tag, record.row)
        if tag
        else _line(pieces, record.row, str(spec.get("encoding", "auto")), by_record=form == "csv")
    )
    return _LONG_NUMBERS.sub(lambda found: f"••••{found.group()[-TAIL:]}", text[:RAW_CHARS])


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > RAW_BYTES_MAX:
            return
        yield piece


def _line(pieces: Iterator[bytes], wanted: int, encoding: str, *, by_record: bool) -> str:
    """Return the n-th line; in CSV the n-th record, which may hold line breaks in quotes."""
    held, count, kept = b"", 0, b""
    for piece in pieces:
        lines = (held + piece).split(b"\n")
        held = lines.pop()
        for line in lines:
            kept += line + b"\n"
            if by_record and (kept.count(b'"') % 2 or not kept.strip()):
                kept = kept if kept.strip() else b""
                continue
            count += 1
            if count == wanted:
                return _decoded(kept, encoding)
            kept = b""
    return _decoded(kept + held, encoding) if count + 1 == wanted else ""


def _decoded(line: bytes, encoding: str) -> str:
    codec = encoding
    if encoding in ("", "auto"):
        try:
            line.decode("utf-8")
            codec = "utf-8"
        except UnicodeDecodeError:
            codec = "gb18030"
    return line.decode(codec, errors="replace").strip("\ufeff\r\n")


def _block(pieces: Iterator[bytes], tag: str, wanted: int) -> str:
    """Return the n-th element of an XML file as its text stands."""
    pattern = re.compile(
        rb"<(?:\w+:)?%(tag)b[ >].*?</(?:\w+:)?%(tag)b>" % {b"tag": tag.encode()}, re.DOTALL
    )
    held, count = b"", 0
    for piece in pieces:
        held += piece
        end = 0
        for found in pattern.finditer(held):
            count += 1
            end = found.end()
            if count == wanted:
                return re.sub(r">\s+<", ">\n<", found.group().decode("utf-8", errors="replace"))
        held = held[end:]
    return ""
