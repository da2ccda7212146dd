"""The page about life cycles, written from the tables of states so that it is never out of date."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from models.rules import (
    account_states,
    closing,
    deductions,
    mail_states,
    prepaid,
    problems,
    publication,
    remedies,
    requests,
    retention,
    retention_payment,
    scheme_drafts,
    states,
    turnover,
    windows,
)

INTRO = """# Life cycles

This page is written by `python -m scripts.write_lifecycles` from the tables of states and moves
in `models/rules`; a test fails when it is not current.
A pair that is not listed cannot happen: every move is one guarded UPDATE that counts its rows.
"""

SECTIONS: tuple[tuple[str, str, Mapping[Any, StrEnum]], ...] = (
    (
        "Settlement sheet (结算单)",
        "A sheet is reviewed by two people; once `pay` took it, it follows its latest instruction.",
        states.SHEET,
    ),
    (
        "Payment instruction (付款指令)",
        "After `sent` only the bank's word moves an instruction: silence is never a failure.",
        states.INSTRUCTION,
    ),
    (
        "Payment batch (付款批次)",
        "`settled` means that the bank answered every line, whatever the answers are.",
        states.BATCH,
    ),
    (
        "Change of a receiving account (账户变更)",
        "Nothing is paid to the enterprise while a change is open; what ended never moves again.",
        account_states.ACCOUNT,
    ),
    (
        "Excuse of a late line (免催)",
        "While granted and covering the day, the line neither escalates, repeats nor stands in a"
        " mail; it stays in the list. Its last day ends it: `lapse` only makes room for another.",
        remedies.EXCUSE,
    ),
    (
        "Declared retention (结余留用申报)",
        "What is said counts for the figures it was said about; a run that comes to others begins"
        " anew. The hospital declares or appeals, the agency answers.",
        retention.RETENTION,
    ),
    (
        "List of deductions (扣款建议)",
        "Proposed by one, put into the monthly fund by another; revoked while no offset read it.",
        deductions.DEDUCTION,
    ),
    (
        "List of retained amounts (结余留用公示)",
        "Drafted by one, made public by another, ended by another after its last day; what was"
        " public never changes.",
        retention_payment.PUBLICITY,
    ),
    (
        "Retained amount (留用款)",
        "Once ordered it follows its latest instruction, as a settlement sheet does.",
        retention_payment.GRANT,
    ),
    (
        "Measure (通报, 约谈, 函告, 暂停拨付)",
        "Interviews are planned, bulletins and letters issued, suspensions proposed by one and"
        " decided by another person.",
        remedies.MEASURE,
    ),
    (
        "List of overdue contracts of a year (逾期未支付信息公示)",
        "Reviewed by another person than the one who drafted it; what is published never changes.",
        publication.PUBLICATION,
    ),
    (
        "Reported problem (集采问题)",
        "The desk in charge takes and answers; who reported it agrees, reopens or takes it back."
        " Escalated or passed on, it is untaken again at the other desk.",
        problems.PROBLEM,
    ),
    (
        "Confirmation window (确认时限)",
        "One running window for a line and party; an automatic confirmation gives way to the"
        " party's own word.",
        windows.WINDOW,
    ),
    (
        "Dispute of a line (异议)",
        "Advice moves no money: it is closed by a confirmation, a withdrawal or a void.",
        windows.DISPUTE,
    ),
    (
        "Money asked of a hospital (款项通知)",
        "Vouchers answer it in parts or whole; overdue is not a state but a deadline that is over.",
        requests.REQUEST,
    ),
    (
        "Close-out of a sub-ledger (分簿销户)",
        "Agreed and closed by another person than the one who asked; closed means empty.",
        prepaid.CLOSING,
    ),
    (
        "Prepayment of a round (集采预付)",
        "Computed by one, approved by another; recovered is what came back whole.",
        prepaid.ROUND,
    ),
    (
        "Closing of a month (关账)",
        "Decided by another person than the one who proposed it; a closed month is never opened.",
        closing.CLOSE,
    ),
    (
        "Turnover money of a year (周转金)",
        "Applied for by one, decided by another, paid out by one who did not decide; recovered is"
        " what has nothing outstanding.",
        turnover.TURNOVER,
    ),
    (
        "Draft of a scheme (方案草案)",
        "Written by some, put in force by another: nobody settles by a draft.",
        scheme_drafts.DRAFT,
    ),
    (
        "Mail (邮件)",
        "A sender claims a mail until a moment; one that left comes back by a report of a server.",
        mail_states.MAIL,
    ),
)


def _section(title: str, note: str, table: Mapping[Any, StrEnum]) -> list[str]:
    picture = [f"    {start} --> {end}: {move}" for (start, move), end in table.items()]
    rows = [f"| {start} | {move} | {end} |" for (start, move), end in table.items()]
    head = ["| from | move | to |", "|---|---|---|"]
    top = [f"## {title}", "", note, "", "```mermaid", "stateDiagram-v2"]
    return [*top, *picture, "```", "", *head, *rows, ""]


def as_markdown() -> str:
    """Return the whole page."""
    lines = [INTRO]
    for title, note, table in SECTIONS:
        lines += _section(title, note, table)
    lines += [
        "## What a sheet shows for its latest instruction",
        "",
        "| instruction | sheet |",
        "|---|---|",
        *(f"| {one} | {shown} |" for one, shown in states.SHEET_SHOWS.items()),
    ]
    return "\n".join(lines) + "\n"
