"""The totals of a written file, found again in its bytes by an independent reader."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from models.rules.errors.bankfiles import ControlTotalsDiffer
from models.rules.money import yuan
from workers.bankfiles import reread_text, reread_xlsx, reread_xml, schemas
from workers.bankfiles.model import ControlTotals, OrderRead, Reread
from workers.bankfiles.profiles import Profile

#: Yields orders, and the totals a file states about itself wherever it states them.
Found = Iterator[OrderRead | ControlTotals]
_READERS: dict[str, Callable[[Profile, Iterable[bytes]], Found]] = {
    "delimited": reread_text.read,
    "csv": reread_text.read,
    "xlsx": reread_xlsx.read,
}


def read_orders(
    profile: Profile, chunks: Iterable[bytes], *, xsd_dir: Path | None = None
) -> Iterator[OrderRead]:
    """Yield the orders of a written file as the bank will read them.

    A FileRefused says that the bytes are not a whole file of this profile. Totals stated in the
    file (header, GrpHdr, PmtInf) are compared with its orders at the end: ControlTotalsDiffer.
    With a folder of the official schemas, XML is validated in the same pass: SchemaInvalid,
    SchemaMissing.
    """
    stated: list[ControlTotals] = []
    count = total_fen = 0
    reader = _READERS.get(profile.format)
    if reader:
        source = reader(profile, chunks)
    else:
        source = reread_xml.read(profile, chunks, schemas.of_orders(profile, xsd_dir))
    for found in source:
        if isinstance(found, ControlTotals):
            stated.append(found)
            continue
        count += 1
        total_fen += found.amount_fen
        yield found
    for each in stated:
        if each != ControlTotals(count, total_fen):
            raise ControlTotalsDiffer(
                stated_count=each.count,
                stated_yuan=yuan(each.total_fen),
                count=count,
                total_yuan=yuan(total_fen),
            )


def reread(profile: Profile, chunks: Iterable[bytes]) -> Reread:
    """Return count, sum and references of a written file, from its bytes alone."""
    references: list[str] = []
    total_fen = 0
    for order in read_orders(profile, chunks):
        references.append(order.reference)
        total_fen += order.amount_fen
    return Reread(ControlTotals(len(references), total_fen), tuple(references))
