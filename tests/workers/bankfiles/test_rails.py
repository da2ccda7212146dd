"""The payment system of a batch in its file, where the profile says so."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models.rules.errors.bankfiles import ProfileInvalid
from workers.bankfiles import SEEDS, Batch, Order, Profile, write

BY_CODE = {seed["code"]: dict(seed) for seed in SEEDS}
ORDER = Order(
    "ZJ1", "00000000-0000-4000-8000-000000000001", "6222", "示例医药", "示例银行", "103701000010",
    100, "货款",
)  # fmt: skip
BATCH = Batch(
    "PC1", datetime(2026, 7, 13, tzinfo=UTC), date(2026, 7, 13), "2402", "中心", "示例银行",
    "102701000017", 1, 100,
)  # fmt: skip


def written(spec: dict[str, object], rail: str) -> str:
    profile = Profile.from_spec(spec)
    return b"".join(write(profile, replace(BATCH, rail=rail), [ORDER])).decode(profile.codec)


@pytest.mark.parametrize(("rail", "priority"), [("hvps", "HIGH"), ("beps", "NORM")])
def test_the_priority_of_a_message_follows_the_rail(rail, priority):
    spec = {
        **BY_CODE["iso_pain001_v09_cn"],
        "split_by": ["rail"],
        "xml": {"instruction_priority": "by_rail"},
    }
    assert f"<InstrPrty>{priority}</InstrPrty>" in written(spec, rail)


def test_a_column_carries_the_rail_in_the_banks_own_word():
    columns = [
        *BY_CODE["ccb_batch_like"]["detail_columns"],
        {"title": "通道", "source": "rail", "map": {"hvps": "大额", "beps": "小额"}},
    ]
    spec = {
        **BY_CODE["ccb_batch_like"],
        "split_by": ["in_bank", "rail"],
        "detail_columns": columns,
    }
    assert "|大额" in written(spec, "hvps")


@pytest.mark.parametrize(
    "changed",
    [
        {"xml": {"instruction_priority": "by_rail"}},
        {"split_by": ["weather"]},
        {"cut_off": "sometimes"},
    ],
)
def test_a_rail_in_the_file_wants_a_file_for_each_rail(changed):
    with pytest.raises(ProfileInvalid):
        Profile.from_spec({**BY_CODE["iso_pain001_v09_cn"], **changed})
