"""Orders in, the bank's file out: streaming, flat in memory, the same batch the same bytes."""

from collections.abc import Callable, Iterable, Iterator

from workers.bankfiles import delimited, pain001, xlsx
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.profiles import Profile
from workers.bankfiles.record import chunked, counted

Pieces = Callable[[Profile, Batch, Iterator[Order]], Iterator[bytes]]

_WRITERS: dict[str, Pieces] = {
    "pain001_v09": pain001.pieces,
    "pain001_v03": pain001.pieces,
    "delimited": delimited.pieces,
    "csv": delimited.pieces,
    "xlsx": xlsx.pieces,
}


def write(profile: Profile, batch: Batch, orders: Iterable[Order]) -> Iterator[bytes]:
    """Yield the file of a batch in chunks.

    Raises OrderNotWritable for a field the file cannot carry as approved, BatchDoesNotAddUp when
    the orders are not those of the totals, BatchMixed and BatchTooLarge where the bank wants
    several files. What was yielded before a refusal is no file and must be thrown away.
    """
    source = counted(profile, batch, orders)
    return chunked(profile, batch, _WRITERS[profile.format](profile, batch, source))
