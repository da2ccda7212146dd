"""Lines that wait for a yes: direct, invoiced, of March, under a scheme with windows."""

from datetime import date, datetime
from typing import Any

from models import clock
from models.records.base import db, sql
from models.services import windows
from models.services.windows import news
from tests.factories import receipts, sheets
from tests.factories.imports import send

MARCH = date(2026, 3, 10)


def scheme(**more: Any) -> str:
    """A scheme with windows: five working days, silence escalates, the system begins."""
    return receipts.scheme(**{"windows": True, **more})


def line(
    made: sheets.City,
    line_no: str,
    fen: int = 100_00,
    *,
    pair: int = 0,
    invoiced: bool = True,
    **more: Any,
) -> str:
    """A direct line of a pair with its invoice, about which nobody has spoken."""
    hospital = more.pop("hospital_code", made.hospitals[0])
    enterprise = made.enterprises[pair]
    receipts.receipt(
        hospital, enterprise, fen,
        **{"line_no": line_no, "platform": "online", "accepted_on": MARCH, "delivered_on": MARCH,
           **more},
    )  # fmt: skip
    if not invoiced:
        return line_no
    receipts.insert(
        "invoice_line",
        invoice_no=f"F{line_no}", line_no=line_no, kind="blue", issued_on=MARCH,
        enterprise_code=enterprise, hospital_code=hospital, amount_fen=fen,
    )  # fmt: skip
    return line_no


def instant(day: date, hour: int = 9) -> datetime:
    """An hour of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)


def say(line_no: str, party: str, day: date, decision: str = "confirm", **more: Any) -> None:
    """A word of a party, imported as its file would be."""
    fen = sql("SELECT amount_fen FROM purchase_line WHERE line_no = %s", (line_no,)).fetchone()[0]
    at = instant(day, more.get("hour", 9)).isoformat()
    row = {
        "line_no": line_no, "party": party, "decided_at": at,
        "decision": decision, "amount_yuan": f"{more.get('fen', fen) / 100:.2f}",
        "reason": more.get("reason", "数量不符" if decision == "dispute" else ""),
    }  # fmt: skip
    assert send("confirmations", [row]).result["rejected"] == 0


def follow(on: date) -> windows.Followed:
    """The nightly run of a day, without its mails."""
    with db.atomic():
        return windows.follow_all(on)


def tell(on: date, render: Any) -> int:
    """The mails of a day."""
    with db.atomic():
        return news.tell(on, render, by="system")


def of(line_no: str, party: str = "hospital") -> list[tuple[Any, ...]]:
    """(round, kind, state, opened, due) of every window of a line and party."""
    return sql(
        "SELECT round_no, kind, state, opened_on, due_on FROM confirm_window"
        " WHERE line_no = %s AND party = %s ORDER BY round_no",
        (line_no, party),
    ).fetchall()


def words(line_no: str, party: str = "hospital") -> list[tuple[Any, ...]]:
    """(decision, amount, instant) of every word, the earliest first."""
    return sql(
        "SELECT decision, amount_fen, decided_at FROM confirmation"
        " WHERE line_no = %s AND party = %s ORDER BY decided_at",
        (line_no, party),
    ).fetchall()
