"""The one door from pages to bank formats: what a profile would do, shown before anything is done.

`workers.bankfiles` is pure: bytes in, bytes out, no database, clock or network (decision 0010).
Pages look through this door at small things only; whole batches and results are jobs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext as _

from models.rules.errors.bankfiles import FileTooLarge
from workers.bankfiles import (
    FieldProblem,
    MappedField,
    Order,
    Profile,
    ResultFile,
    anatomy,
    previews,
    read_results,
    sample,
)
from workers.bankfiles.cells import LABELS

#: A result file somebody tries out is read while a page waits; larger ones are imported as a job.
TRIED_BYTES_MAX = 1_000_000
#: A workbook may not unfold to more: a page is no place for a million rows.
UNFOLDED_BYTES_MAX = 20_000_000


class Payee(Protocol):
    """Where money goes, as the register has it."""

    credit_code: str
    account_no: str
    account_name: str
    bank_name: str
    cnaps_code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a profile does to one payee's texts."""

    payee: Any
    #: (field in words, before, after)
    mapped: tuple[tuple[str, str, str], ...]
    #: (field in words, reason, reason in English)
    problems: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a profile makes of the invented orders."""

    checked: Sequence[sample.Checked]
    files: Sequence[sample.SampleFile]
    #: The records of the first file's orders, taken apart.
    records: Sequence[anatomy.Record]


def checked(spec: Mapping[str, Any]) -> Profile:
    """Return the profile of its data; ProfileInvalid names the key that cannot work."""
    return Profile.from_spec(spec)


def shown(profile: Profile) -> Sample:
    """Return the sample of a profile; raises OrderNotWritable for the debtor's own fields."""
    files = list(sample.files(profile))
    records = [
        anatomy.record(profile, file.batch, order, row)
        for file in files[:1]
        for row, order in enumerate(file.orders, start=1)
    ]
    return Sample(sample.checked(profile), files, records)


def text_of(profile: Profile, file: sample.SampleFile) -> str:
    """Return a sample file as text; a workbook has none."""
    return "" if profile.format == "xlsx" else file.content.decode(profile.codec)


def tried(profile: Profile, content: bytes) -> ResultFile:
    """Return how a result file would be understood; nothing is kept.

    Raises FileRefused with row and field, FileTooLarge.
    """
    if len(content) > TRIED_BYTES_MAX or _unfolded(content) > UNFOLDED_BYTES_MAX:
        raise FileTooLarge(limit=TRIED_BYTES_MAX // 1000, unit="KB", unit_en="KB")
    return read_results(profile, [content])


def _unfolded(content: bytes) -> int:
    """Return how many bytes an archive says it unfolds to; 0 for anything else."""
    if not content.startswith(b"PK"):
        return 0
    try:
        with ZipFile(BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        return 0


def field_words(field: str) -> str:
    """Return what people call a field of an order."""
    return _("、").join(_(LABELS[p]) if p in LABELS else p for p in field.split("+"))


def findings(profile: Profile, payees: Iterable[Payee]) -> list[Finding]:
    """Return the payees whose texts the profile would change or cannot write.

    A page asks before approval; the amount is not looked at here, a run does that.
    """
    found = []
    meant = list(payees)
    orders = (
        Order(
            reference="ZJ0",
            uetr="00000000-0000-4000-8000-000000000000",
            payee_account_no=payee.account_no,
            payee_account_name=payee.account_name,
            payee_bank_name=payee.bank_name,
            payee_cnaps_code=payee.cnaps_code,
            amount_fen=1,
            purpose="医药货款",
        )
        for payee in meant
    )
    for payee, said in zip(meant, previews(profile, orders), strict=True):
        mapped = [
            (field_words(m.field), m.before, m.after) for m in said if isinstance(m, MappedField)
        ]
        problems = [
            (field_words(p.field), p.reason, p.reason_en)
            for p in said
            if isinstance(p, FieldProblem)
        ]
        if mapped or problems:
            found.append(Finding(payee, tuple(mapped), tuple(problems)))
    return found
