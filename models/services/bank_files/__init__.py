"""Orders become batches, batches become files: written once, read back, compared, then sent.

The formats themselves live with the workers and are handed in as a `BankFormat`; here is only
what must be true of any file: its bytes are stored, and what is read back from them is the batch.
"""

from collections.abc import Callable

from models.rules.errors.bank import ProfileRetired
from models.services.bank_files import orders, writing
from models.services.bank_files.format import BankFormat, BatchHead, Formats
from models.services.bank_files.grants import GRANTS
from models.services.bank_files.order_rows import OrderRow, as_written
from models.services.bank_files.orders import SHEETS, Claims
from models.services.bank_files.run import Profile, Run, profile

__all__ = [
    "GRANTS",
    "SHEETS",
    "BankFormat",
    "BatchHead",
    "Claims",
    "Formats",
    "OrderRow",
    "Profile",
    "Run",
    "as_written",
    "profile",
    "send",
]


def send(
    run: Run, progress: Callable[[int, int, str], None], claims: Claims = SHEETS
) -> list[dict[str, object]]:
    """Make instructions and batches of what was taken, write the files and send them.

    In the caller's transaction: either everything is recorded as sent with its bytes stored, or
    nothing happened. What leaves the house afterwards are the stored bytes. Returns one line for
    each batch. Raises ProfileRetired, NoRail, FileTotalsDiffer, FileOrderDiffers, OrderTooLarge and
    what the format refuses.
    """
    if run.profile.retired:
        raise ProfileRetired(profile=run.profile.code)
    batch_ids, made = orders.make(run, claims)
    sent = []
    for place, batch_id in enumerate(batch_ids):
        progress(place, len(batch_ids), "生成银行文件")
        sent.append(writing.write_batch(run, batch_id))
    if batch_ids:
        writing.send(run, batch_ids, made)
    progress(len(batch_ids), len(batch_ids), "生成银行文件")
    return sent
