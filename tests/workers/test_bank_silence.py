"""Silence of a bank means something only by agreement, and only when all counts agree."""

from typing import Any

import pytest

from models.records.base import sql
from models.rules.errors.bankfiles import AccountForeign
from models.services import bank_results
from tests.factories import payments as bank
from tests.factories import sheets
from tests.workers.bankfiles.examples import PROFILES
from tests.workers.bankfiles.test_pain002 import transaction
from workers import banking
from workers.bankfiles import ResultFile, ResultLine

SPEC = PROFILES["iso_pain001_v09_cn"].spec


def city(scope: str) -> tuple[str, list[str]]:
    """Pay three enterprises under an agreement; return the batch and the references."""
    results = {**SPEC["results"], "report_scope": scope}
    bank.profile(bank.PROFILE, **{**SPEC, "code": bank.PROFILE, "results": results})
    town = sheets.city(1, 3)
    for code in town.enterprises:
        sheets.sheet(town.hospitals[0], code, 100)
    bank.approve_all()
    (batch,) = bank.pay(formats=banking.order_file)
    return batch["batch_no"], [reference for reference, _, _ in bank.orders()]


def answer(batch_no: str, *transactions: str, settled: int = 2, rejected: int = 1) -> Any:
    counted = "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{n}</DtldNbOfTxs><DtldSts>{word}</DtldSts></NbOfTxsPerSts>"
        for word, n in (("ACSC", settled), ("RJCT", rejected))
    )
    data = (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:'
        'pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>S1</MsgId>'
        "<CreDtTm>2026-04-12T09:30:00+08:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{batch_no}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>3</OrgnlNbOfTxs><GrpSts>PART</GrpSts>{counted}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch_no}</OrgnlPmtInfId>{''.join(transactions)}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()
    return bank_results.apply(
        sheets.MAKER, bank.stored(data), bank.PROFILE, sheets.ON, read=banking.result_lines
    )


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def test_a_bank_that_reports_only_refusals_settles_the_rest_by_its_counts(db: object) -> None:
    batch_no, (first, second, third) = city("rejects_only")

    counts = answer(batch_no, transaction(second, "RJCT"))

    assert (counts["lines"], counts["settled"], counts["rejected"]) == (3, 2, 1)
    assert states() == ["settled", "rejected", "settled"]
    events = dict(
        sql("SELECT instruction_id, cause FROM instruction_event WHERE cause LIKE 'bank%'")
    )
    assert sorted(events.values()) == ["bank_result", "bank_silence", "bank_silence"]
    kept = sql("SELECT row, reference, bank_reason FROM bank_result_line ORDER BY row").fetchall()
    assert [row[:2] for row in kept] == [(1, second), (2, first), (3, third)]
    assert kept[1][2] == "PART (rejects_only)"


@pytest.mark.parametrize(
    ("scope", "counted"),
    [
        ("all", {}),
        ("rejects_only", {"settled": 1, "rejected": 2}),
        ("rejects_only", {"settled": 3, "rejected": 1}),
    ],
)
def test_without_an_agreement_or_with_other_counts_silence_stays_silence(
    db: object, scope: str, counted: dict[str, int]
) -> None:
    batch_no, (_, second, _) = city(scope)

    counts = answer(batch_no, transaction(second, "RJCT"), **counted)

    assert counts["lines"] == 1
    assert states() == ["sent", "rejected", "sent"]


def test_silence_about_batches_under_a_name_of_the_bank_means_nothing(db: object) -> None:
    _, (_, second, _) = city("rejects_only")

    assert answer("MIXED", transaction(second, "RJCT"))["lines"] == 1
    assert states() == ["sent", "rejected", "sent"]


def test_the_same_report_again_says_that_it_changed_nothing(db: object) -> None:
    batch_no, (_, second, _) = city("rejects_only")
    first = answer(batch_no, transaction(second, "RJCT"))

    assert answer(batch_no, transaction(second, "RJCT")) == {**first, "unchanged": True}


def test_a_file_about_an_account_that_is_not_ours_is_refused_whole(db: object) -> None:
    city("all")
    report = banking.ResultReport(
        PROFILES["iso_pain001_v09_cn"],
        bank_results_file("9999000011112222"),
    )

    with pytest.raises(AccountForeign):
        bank_results.apply(
            sheets.MAKER, bank.stored(b"x"), bank.PROFILE, sheets.ON,
            read=lambda _spec, _chunks: report,
        )  # fmt: skip
    assert states() == ["sent", "sent", "sent"]


def bank_results_file(debtor: str) -> Any:
    line = ResultLine(
        row=1, reference="ZJ1", status_text="ok", status=None, amount_fen=1, booked_on=None,
        bank_reason=None, account_no=None, account_name=None, bank_line_no=None,
        debtor_account_no=debtor,
    )  # fmt: skip
    return ResultFile(lines=(line,))
