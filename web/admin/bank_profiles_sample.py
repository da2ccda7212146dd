"""What a profile does, shown: a sample file, the bytes of one order, a result file tried out."""

from collections.abc import Mapping
from typing import Any

from models.rules.errors import SettlementError
from models.rules.errors.bankfiles import FileEmpty
from web import bank_formats
from web.errors import sentence_of

#: Lines of a tried result file that are shown.
LINES_SHOWN = 200


def sample_facts(spec: Mapping[str, Any], order: int) -> dict[str, Any]:
    """Return the sample of a profile as the templates draw it, one order taken apart."""
    try:
        profile = bank_formats.checked(spec)
        shown = bank_formats.shown(profile)
    except SettlementError as error:
        return {"sample": None, "sample_refusal": sentence_of(error)}
    files = [
        {"file": file, "text": bank_formats.text_of(profile, file), "size": len(file.content)}
        for file in shown.files
    ]
    order = min(max(order, 1), max(len(shown.records), 1))
    return {
        "sample": shown,
        "sample_refusal": "",
        "sample_files": files,
        "sample_record": shown.records[order - 1] if shown.records else None,
        "sample_order": order,
        "sample_encoding": profile.encoding.upper(),
        "field_words": bank_formats.field_words,
        "is_workbook": profile.format == "xlsx",
    }


def tried_facts(spec: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """Return how an uploaded result file would be understood, or why it is refused."""
    try:
        if sent is None or not sent.filename:
            raise FileEmpty
        content = sent.stream.read(bank_formats.TRIED_BYTES_MAX + 1)
        found = bank_formats.tried(bank_formats.checked(spec), content)
    except SettlementError as error:
        return {"tried": None, "tried_refusal": sentence_of(error)}
    words: dict[str, int] = {}
    for line in found.lines:
        key = line.status.value if line.status else "unknown"
        words[key] = words.get(key, 0) + 1
    return {
        "tried": found,
        "tried_name": sent.filename,
        "tried_lines": found.lines[:LINES_SHOWN],
        "tried_counts": words,
        "tried_refusal": "",
    }
