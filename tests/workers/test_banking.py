"""Each bank format carries what the services hand it: written, read back, the same totals."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.rules.errors.bankfiles import SchemaMissing
from models.rules.errors.payment import FileOrderDiffers
from models.services.bank_files import BatchHead
from workers import bankfiles, banking

ORDERS = [
    ("ZJ26070900001", "0b1b6b2e-9b1e-4d0a-8d7e-0f0f0f0f0f01", "6222020200112233445",
     "杭州某某医药有限公司", "中国工商银行杭州分行", "102331000010", 123456, "2026-06 货款"),
    ("ZJ26070900002", "0b1b6b2e-9b1e-4d0a-8d7e-0f0f0f0f0f02", "6222020200112233446",
     "宁波某某医药有限公司", "中国工商银行宁波分行", "102332000010", 100, "2026-06 货款"),
]  # fmt: skip
HEAD = BatchHead(
    batch_no="PB-20260709-01",
    created_at=datetime(2026, 7, 9, 2, tzinfo=UTC),
    execution_on=date(2026, 7, 9),
    debtor_account_no="3301000099887766",
    debtor_account_name="杭州市医疗保障基金管理中心",
    debtor_bank_name="中国建设银行杭州分行",
    debtor_cnaps_code="105331000010",
    count=2,
    total_fen=123556,
)


def as_written(form: banking.OrderFile, **changes: Any) -> list[tuple[Any, ...]]:
    """The orders with their names as the bank gets them, the last one changed."""
    characters = str.maketrans(dict(form.char_map))
    orders = [bankfiles.Order(*order) for order in ORDERS]
    orders[-1] = orders[-1]._replace(**changes)
    return [
        order._replace(
            payee_account_name=order.payee_account_name.translate(characters),
            payee_bank_name=order.payee_bank_name.translate(characters),
        )
        for order in orders
    ]


@pytest.mark.parametrize("spec", bankfiles.SEEDS, ids=lambda spec: spec["code"])
def test_a_written_file_has_the_totals_of_its_batch(spec: dict[str, Any]) -> None:
    form = banking.order_file(spec)
    content = b"".join(form.write(HEAD, iter(ORDERS)))
    assert form.reread([content], as_written(form)) == (2, 123556)
    assert form.file_name(HEAD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference", "ZJ26070900009"),
        ("amount_fen", 101),
        ("payee_account_no", "6222020200112233447"),
        ("payee_account_name", "宁波某某医药公司"),
        ("payee_bank_name", "中国工商银行宁海分行"),
        ("payee_cnaps_code", "102332000028"),
        ("purpose", "2026-07 货款"),
        ("uetr", "0b1b6b2e-9b1e-4d0a-8d7e-0f0f0f0f0f03"),
    ],
)
@pytest.mark.parametrize("spec", bankfiles.SEEDS, ids=lambda spec: spec["code"])
def test_an_order_that_reads_back_otherwise_is_named(
    spec: dict[str, Any], field: str, value: str | int
) -> None:
    """Count and sum may be right while an order is wrong: each is compared with its own."""
    form = banking.order_file(spec)
    content = b"".join(form.write(HEAD, iter(ORDERS)))
    (shown, _) = bankfiles.read_orders(form.profile, [content])
    if getattr(shown, field) is None:
        assert form.reread([content], as_written(form, **{field: value})) == (2, 123556)
        assert field not in {"reference", "amount_fen", "payee_account_no", "payee_account_name"}
        return
    with pytest.raises(FileOrderDiffers) as refused:
        form.reread([content], as_written(form, **{field: value}))
    assert (refused.value.facts["row"], refused.value.facts["field_en"]) == (2, field)


def test_more_or_fewer_orders_than_approved_are_left_to_the_count() -> None:
    form = banking.order_file(bankfiles.SEEDS[0])
    content = b"".join(form.write(HEAD, iter(ORDERS)))
    assert form.reread([content], as_written(form)[:1]) == (2, 123556)
    assert form.reread([content], [*as_written(form), as_written(form)[0]]) == (2, 123556)


def test_results_and_statements_of_the_generic_profile_are_read() -> None:
    spec = next(spec for spec in bankfiles.SEEDS if spec["code"] == "generic_csv")
    results = b"reference,status,amount_yuan,booked_on\nZJ26070900001,settled,1234.56,2026-07-10\n"
    (line,) = banking.result_lines(spec, iter([results]))
    assert (line.reference, line.amount_fen, line.status) == ("ZJ26070900001", 123456, "settled")
    statement = (
        b"account_no,day,opening_yuan,closing_yuan,entry_no,booked_on,amount_yuan\n"
        b"3301000099887766,2026-07-10,2000.00,765.44,1,2026-07-10,-1234.56\n"
    )
    (day,) = banking.statement_days(spec, iter([statement]))
    assert (day.opening_fen, day.adds_up) == (200000, True)


def test_a_run_larger_than_the_bank_takes_is_split_and_read_back(db: object) -> None:
    from tests.factories import payments, sheets

    spec = next(spec for spec in bankfiles.SEEDS if spec["code"] == "iso_pain001_v09_cn")
    payments.profile(payments.PROFILE, **{**spec, "code": payments.PROFILE, "max_bytes": 4_000})
    town = sheets.city(1, 8)
    for code in town.enterprises:
        sheets.sheet(town.hospitals[0], code, 100)
    payments.approve_all()
    batches = payments.pay(formats=banking.order_file)
    assert len(batches) > 1
    assert sum(batch["lines"] for batch in batches) == len(town.enterprises)


def test_with_a_folder_of_schemas_no_unchecked_message_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A check that is wanted and cannot be made stops the run; nothing passes unseen."""
    spec = next(spec for spec in bankfiles.SEEDS if spec["code"] == "iso_pain001_v09_cn")
    form = banking.order_file(spec)
    content = b"".join(form.write(HEAD, iter(ORDERS)))
    monkeypatch.setenv("ISO20022_XSD_DIR", str(tmp_path))
    with pytest.raises(SchemaMissing):
        form.reread([content], iter(ORDERS))
