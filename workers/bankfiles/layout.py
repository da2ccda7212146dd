"""Which cells an order file has, record by record; the same list decides preview and writing."""

from workers.bankfiles.cells import Cell
from workers.bankfiles.columns import Column
from workers.bankfiles.profiles import PAIN_FORMATS, Profile

#: Limits of the ISO 20022 message definition pain.001.001.09 (Max140Text, Max34Text, Max35Text)
#: and of the CN rules: 12 digits of 联行号, accounts of letters and digits.
PAIN_ORDER = (
    Column("EndToEndId", ("reference",), max=35, charset="alnum"),
    Column("InstdAmt", ("amount",), max=19),
    Column("MmbId", ("payee_cnaps_code",), length=12, charset="digits"),
    Column("FinInstnId/Nm", ("payee_bank_name",), max=140),
    Column("Cdtr/Nm", ("payee_account_name",), max=140),
    Column("CdtrAcct", ("payee_account_no",), max=34, charset="alnum"),
    Column("Ustrd", ("purpose",), max=140, empty_as=""),
)
PAIN_UETR = Column("UETR", ("uetr",), length=36, charset="ascii")
PAIN_BATCH = (
    Column("MsgId", ("batch_no",), max=35, charset="ascii"),
    Column("Dbtr/Nm", ("debtor_account_name",), max=140),
    Column("DbtrAcct", ("debtor_account_no",), max=34, charset="alnum"),
    Column("DbtrAgt/MmbId", ("debtor_cnaps_code",), length=12, charset="digits"),
    Column("DbtrAgt/Nm", ("debtor_bank_name",), max=140),
)


def detail_cells(profile: Profile, *, in_bank: bool | None = None) -> list[Cell]:
    """Return the cells of one order; with `in_bank` given, those of that kind of file."""
    if profile.format in PAIN_FORMATS:
        uetr = (PAIN_UETR,) if profile.format == "pain001_v09" else ()
        return [Cell(profile, column) for column in (*PAIN_ORDER, *uetr)]
    return _cells(profile, profile.detail_columns, in_bank=in_bank)


def header_cells(profile: Profile, *, in_bank: bool | None = None) -> list[Cell]:
    """Return the cells of the header record."""
    if profile.format in PAIN_FORMATS:
        return [Cell(profile, column) for column in PAIN_BATCH]
    return _cells(profile, profile.header_columns, in_bank=in_bank)


def trailer_cells(profile: Profile, *, in_bank: bool | None = None) -> list[Cell]:
    """Return the cells of the trailer record."""
    return _cells(profile, profile.trailer_columns, in_bank=in_bank)


def limit_cells(profile: Profile) -> list[Cell]:
    """Return the cells that are only checked, never written: what the bank limits besides."""
    return [Cell(profile, column) for column in profile.limits]


def _cells(profile: Profile, columns: tuple[Column, ...], *, in_bank: bool | None) -> list[Cell]:
    kind = {True: "in_bank", False: "cross_bank", None: None}[in_bank]
    wanted = [c for c in columns if kind is None or c.when in (None, kind)]
    return [Cell(profile, column) for column in wanted]
