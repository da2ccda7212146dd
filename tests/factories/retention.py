"""Retention to test with: rounds, calculated figures, the hospital's word, a list, its payment."""

from datetime import date, timedelta
from typing import Any

from models.records.base import sql
from models.rules.retention import RetentionMove
from models.services.access import Actor
from models.services.retention import paying, publicity
from models.services.retention import words as retention_words
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PERIOD

ROUND = "N1"
#: The day after the last day of publicity.
AFTER = ON + timedelta(days=6)


def round_(code: str = ROUND, start: str = "2025-03-01", end: str = "2027-02-28") -> str:
    sql(
        "INSERT INTO vbp_round (round_code, name, level, term_start, term_end)"
        " VALUES (%s, %s, 'national', %s, %s) ON CONFLICT DO NOTHING",
        (code, f"第{code}批", start, end),
    )
    return code


def figures(
    hospital: str, fen: int = 5_000, *, round_code: str = ROUND, period: str = PERIOD
) -> tuple[str, str, str]:
    """Figures as a run leaves them: half of the base may be kept."""
    round_(round_code)
    sql(
        "INSERT INTO retention_result (period, hospital_code, round_code, base_fen, score,"
        " ratio_bp, retained_fen) VALUES (%s, %s, %s, %s, 95, 5000, %s)",
        (period, hospital, round_code, fen * 2, fen),
    )
    return period, hospital, round_code


def seat(hospital: str) -> Actor:
    return Actor(name="clinic", role="hospital", area_code=sheets.CITY, party_code=hospital)


def declare(key: tuple[str, str, str]) -> None:
    found = sql(
        "SELECT base_fen, score, ratio_bp, retained_fen FROM retention_result"
        " WHERE (period, hospital_code, round_code) = (%s, %s, %s)",
        key,
    ).fetchone()
    seen = [str(value) for value in found]
    retention_words.say(seat(key[1]), key, RetentionMove.DECLARE, "", seen=seen)


def bound(*hospitals: str) -> None:
    """These hospitals have accounts that two people verified."""
    for code in hospitals:
        sql(
            "UPDATE hospital SET account_no = %s, account_name = name, bank_name = '工行',"
            " cnaps_code = '102100099996', account_verified = true WHERE hospital_code = %s",
            (f"62{code[1:]}", code),
        )


def sums(publicity_no: str) -> dict[str, int]:
    count, fen = sql(
        "SELECT count(*), coalesce(sum(g.amount_fen), 0)::bigint FROM retention_grant g"
        " JOIN retention_publicity p ON p.id = g.publicity_id"
        " WHERE p.publicity_no = %s AND g.state = 'listed'",
        (publicity_no,),
    ).fetchone()
    return {"count": count, "total_fen": fen}


def drafted(on: date = ON, period: str = PERIOD) -> str:
    count, fen, _ = publicity.preview(MAKER, period, None, 10)
    return publicity.draft(MAKER, period, None, on, count=count, total_fen=fen)


def published(on: date = ON) -> str:
    number = drafted(on)
    publicity.publish(CHECKER, number, on, **sums(number))
    return number


def granted(on: date = ON, after: date = AFTER) -> str:
    number = published(on)
    publicity.end(APPROVER, number, after, **sums(number))
    return number


def pay(publicity_no: str, on: date = AFTER, **options: Any) -> dict[str, Any]:
    return paying.pay_list(
        MAKER, publicity_no, options.pop("profile", bank.PROFILE), on,
        formats=options.pop("formats", bank.PlainFormat), **options,
    )  # fmt: skip


def town(*amounts_fen: int) -> sheets.City:
    """A city whose hospital n declared the n-th amount and has a verified account."""
    made = sheets.city(len(amounts_fen), 1)
    bank.profile()
    bound(*made.hospitals)
    for code, fen in zip(made.hospitals, amounts_fen, strict=True):
        declare(figures(code, fen))
    return made


def states() -> list[str]:
    return [row[0] for row in sql("SELECT state FROM retention_grant ORDER BY id")]
