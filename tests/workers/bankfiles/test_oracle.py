"""Another's library, which shares no code with ours, reads our messages as we mean them."""

import importlib
from decimal import Decimal
from typing import Any

import pytest
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from tests.workers.bankfiles import iso
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch
from workers.bankfiles import write

#: A name or element the schema does not know is an error, not something to be skipped.
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True)


def parsed(message: str, data: bytes) -> Any:
    package = f"pyiso20022.{message.split('_')[0]}.{message}"
    document = importlib.import_module(package).Document
    return XmlParser(config=STRICT).from_bytes(data, document)


@pytest.mark.parametrize("version", ["09", "03"])
def test_an_order_file_says_to_another_reader_what_was_approved(version):
    made = batch(ORDERS)
    data = b"".join(write(PROFILES[f"iso_pain001_v{version}_cn"], made, ORDERS))

    message = parsed(f"pain_001_001_{version}", data).cstmr_cdt_trf_initn

    head, (information,) = message.grp_hdr, message.pmt_inf
    assert head.msg_id == information.pmt_inf_id == made.batch_no
    assert (head.nb_of_txs, information.nb_of_txs) == ("2", "2")
    assert head.ctrl_sum == information.ctrl_sum == Decimal("1234567.90")
    assert head.initg_pty.nm == information.dbtr.nm == made.debtor_account_name
    assert information.pmt_mtd.value == "TRF"
    assert information.btch_bookg is False
    assert information.dbtr_acct.id.othr.id == made.debtor_account_no
    assert information.dbtr_acct.ccy == "CNY"
    assert agent(information.dbtr_agt) == ("CNAPS", "102701000014", made.debtor_bank_name)
    day = information.reqd_exctn_dt
    assert str(day.dt if version == "09" else day) == "2026-04-02"
    assert str(head.cre_dt_tm) == "2026-04-01T10:03:04+08:00"
    found = [orders_of(one, version) for one in information.cdt_trf_tx_inf]
    assert found == [
        (
            o.reference, o.reference, o.uetr if version == "09" else None,
            Decimal(o.amount_fen) / 100, "CNY", o.payee_account_name, o.payee_account_no,
            ("CNAPS", o.payee_cnaps_code, o.payee_bank_name), [o.purpose],
        )
        for o in ORDERS
    ]  # fmt: skip


def orders_of(one: Any, version: str) -> tuple[object, ...]:
    amount = one.amt.instd_amt
    return (
        one.pmt_id.instr_id, one.pmt_id.end_to_end_id,
        one.pmt_id.uetr if version == "09" else None,
        amount.value, amount.ccy, one.cdtr.nm, one.cdtr_acct.id.othr.id,
        agent(one.cdtr_agt), list(one.rmt_inf.ustrd),
    )  # fmt: skip


def agent(one: Any) -> tuple[str, str, str]:
    member = one.fin_instn_id.clr_sys_mmb_id
    return member.clr_sys_id.cd, member.mmb_id, one.fin_instn_id.nm


@pytest.mark.parametrize(
    ("message", "data"),
    [
        ("camt_053_001_08", iso.statement("08")),
        ("camt_053_001_02", iso.statement("02")),
        ("camt_054_001_08", iso.advice("08")),
        ("camt_054_001_02", iso.advice("02")),
    ],
)
def test_the_answers_of_these_tests_are_messages_to_another_reader_too(message, data):
    assert parsed(message, data)
