"""What an order keeps as written is what stands in the bank's file, byte for byte."""

import pytest

from models.records.base import sql
from models.rules.errors.bankfiles import OrderNotWritable
from models.services import files, rails
from tests.factories import payments as bank
from tests.factories import sheets
from workers.bankfiles import SEEDS
from workers.banking import order_file

ICBC = next(dict(seed) for seed in SEEDS if seed["code"] == "icbc_bpt_like")
NAMES = ("玛丽・示例医药", "买买提·示例药业", "百分￥药业")


def city(*names: str, **changed: object) -> None:
    town = sheets.city(1, len(names))
    bank.profile("icbc_bpt_like", **{**ICBC, **changed})
    for place, (code, name) in enumerate(zip(town.enterprises, names, strict=True), start=1):
        sql("UPDATE enterprise SET account_name = %s WHERE credit_code = %s", (name, code))
        sheets.sheet(town.hospitals[0], code, place * 800_000_00)
    sql("UPDATE enterprise SET account_verified = true")
    bank.approve_all()


def pay() -> list[str]:
    made = bank.pay(profile="icbc_bpt_like", formats=order_file)
    return [b"".join(files.read(int(one["file_id"]))).decode("gbk") for one in made]


def test_every_name_stands_in_the_file_as_the_order_keeps_it(db):
    city(*NAMES)
    text = "".join(pay())
    told = sql(
        "SELECT payee_account_name, coalesce(written_name, payee_account_name)"
        " FROM payment_instruction ORDER BY id"
    ).fetchall()
    assert sorted(name for name, _ in told) == sorted(NAMES)
    for _name, written in told:
        assert f"|{written}|" in text
    assert "玛丽·示例医药" in text


def test_a_name_that_cannot_be_written_stops_the_run_before_anything_is_sent(db):
    city("䶮示例医药")
    with pytest.raises(OrderNotWritable):
        pay()
    assert sql("SELECT count(*) FROM payment_instruction").fetchone()[0] == 0


def test_files_parted_by_rail_read_back_as_their_own_batches(db):
    rails.ensure()
    sql("UPDATE rail_rule SET valid_to = '2020-01-01' WHERE rail = 'in_bank'")
    city(*NAMES, split_by=["rail"])
    texts = pay()
    assert [text.count("|2|") > 0 for text in texts] == [True, True]
    told = sql("SELECT rail, lines_count FROM payment_batch ORDER BY rail").fetchall()
    assert told == [("beps", 1), ("hvps", 2)]
