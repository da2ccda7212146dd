"""Invented orders that show what a profile does to difficult names, before real money does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from workers.bankfiles.cells import is_in_bank
from workers.bankfiles.model import Batch, FieldProblem, MappedField, Order
from workers.bankfiles.preview import preview
from workers.bankfiles.profiles import Profile
from workers.bankfiles.write import write

#: A day that is nobody's; the same sample gives the same bytes for ever.
_CREATED = datetime(2026, 7, 13, 1, 30, tzinfo=UTC)
_DAY = date(2026, 7, 13)
_BATCH = Batch(
    batch_no="PC20260713000001",
    created_at=_CREATED,
    execution_on=_DAY,
    debtor_account_no="2402000109200000001",
    debtor_account_name="示例市医疗保障服务中心",
    debtor_bank_name="示例银行示例市分行营业部",
    debtor_cnaps_code="102701000017",
    count=0,
    total_fen=0,
)


def _order(
    n: int, name: str, bank: str, cnaps: str, amount_fen: int, purpose: str = "医药货款2026-06"
) -> Order:
    return Order(
        reference=f"ZJ2606{n:010d}",
        uetr=f"00000000-0000-4000-8000-{n:012d}",
        payee_account_no=f"62220000000000000{n:02d}",
        payee_account_name=name,
        payee_bank_name=bank,
        payee_cnaps_code=cnaps,
        amount_fen=amount_fen,
        purpose=purpose,
    )


#: A plain name; the middle dot that GBK has and the one it lacks; an ideograph beyond GBK; brackets
#: of full width; a name near the limits of banks; an amount above the small-value cap; in-bank.
ORDERS = (
    _order(1, "示例医药有限公司", "招商银行示例支行", "308701000019", 1_234_56),
    _order(2, "买买提·示例药业有限公司", "示例银行城东支行", "102701000025", 88_00),
    _order(3, "玛丽・示例（中国）有限公司", "农业银行示例支行", "103701000010", 500_00),
    _order(4, "䶮示例生物科技有限公司", "建设银行示例支行", "105701000016", 720_05),
    _order(5, "示例（集团）医疗器械供应链管理服务股份有限公司西南地区第一分公司",
           "中国银行股份有限公司示例市高新技术产业开发区支行", "104701000013", 1_500_000_00,
           "医药货款2026-04至2026-06"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """An invented order and what the profile would do to it."""

    order: Order
    mapped: tuple[MappedField, ...]
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file of those orders that can be written, of one kind where the profile parts them."""

    name: str
    batch: Batch
    orders: tuple[Order, ...]
    content: bytes


def checked(profile: Profile) -> list[Checked]:
    """Return every invented order with what is mapped in it and what cannot be written."""
    found = []
    for order in ORDERS:
        said = preview(profile, order)
        mapped = tuple(one for one in said if isinstance(one, MappedField))
        problems = tuple(one for one in said if isinstance(one, FieldProblem))
        found.append(Checked(order, mapped, problems))
    return found


def files(profile: Profile) -> Iterator[SampleFile]:
    """Yield the files of the writable orders; raises OrderNotWritable for the debtor's fields."""
    fine = [one.order for one in checked(profile) if not one.problems]
    for number, (rail, orders) in enumerate(_parted(profile, fine), start=1):
        batch = replace(
            _BATCH,
            batch_no=f"PC20260713{number:06d}",
            count=len(orders),
            total_fen=sum(order.amount_fen for order in orders),
            rail=rail,
        )
        whole = replace(profile, max_rows=None, max_bytes=None)
        content = b"".join(write(whole, batch, orders))
        yield SampleFile(profile.file_name(batch), batch, tuple(orders), content)


def _parted(profile: Profile, orders: list[Order]) -> list[tuple[str, list[Order]]]:
    """Return the orders by kind of file: by bank and by rail as the profile wants."""
    groups: dict[tuple[str, bool], list[Order]] = {}
    for order in orders:
        inside = is_in_bank(_BATCH, order)
        rail = ""
        if "rail" in profile.split_by:
            large = order.amount_fen > 1_000_000_00
            rail = "in_bank" if inside else "hvps" if large else "beps"
        groups.setdefault((rail, inside and "in_bank" in profile.split_by), []).append(order)
    return [(rail, group) for (rail, _), group in sorted(groups.items())]
