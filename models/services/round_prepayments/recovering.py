"""A round's prepayment comes back as its goods are paid: kept back from the fund, or paid back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.prepaid import RoundPrepayment, RoundRecovery
from models.rules.errors.prepaid import (
    DayBeforePayout,
    NothingToRecover,
    PrepaymentMoved,
    RepaidTooMuch,
    UnknownPrepayment,
    VoucherKnown,
)
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.prepaid import Destination, RecoveryWay, RoundState
from models.services import access, area_locks, audit, ledger
from models.services.access import Actor

#: Goods of the round that the fund paid the enterprises since the payout: lines with a contract
#: of the round on sheets whose payment stands as booked from that day on.
DRAWN = """
SELECT p.id AS prepayment_id,
       greatest(least(p.amount_fen, coalesce((
           SELECT sum(l.amount_fen) FROM settlement_sheet s JOIN sheet_line l ON l.sheet_id = s.id
             JOIN contract c ON c.contract_no = l.contract_no AND c.round_code = p.round_code
            WHERE s.hospital_code = p.hospital_code AND s.state = 'paid'
              AND EXISTS (SELECT 1 FROM payment_allocation a
                            JOIN payment_instruction i ON i.id = a.instruction_id
                           WHERE a.sheet_id = s.id AND a.live AND i.booked_on >= p.paid_on)),
           0)), 0)::bigint AS drawn_fen
  FROM round_prepayment p WHERE p.state IN ('paid', 'recovered')
"""
_STANDS = f"""
SELECT d.drawn_fen,
       coalesce((SELECT m.clawback_fen FROM monthly_fund m
                  WHERE m.period = %(period)s AND m.hospital_code = %(hospital)s), 0)
       - coalesce((SELECT sum(r.amount_fen) FROM round_recovery r
                    WHERE r.period = %(period)s AND r.hospital_code = %(hospital)s), 0)::bigint
  FROM ({DRAWN}) d WHERE d.prepayment_id = %(id)s
"""
_BOOK = """
SELECT r.hospital_code, coalesce(g.agency_code, 'none') AS agency_code, r.amount_fen,
       'round_recovery:' || r.id AS source
  FROM round_recovery r JOIN round_prepayment p ON p.id = r.prepayment_id
  LEFT JOIN paying_agency g ON g.area_code = p.area_code
 WHERE r.id = %(id)s
"""


@dataclass(frozen=True)
class Stands:
    """What of a prepayment may be recovered from a month's fund, in fen."""

    drawn_fen: int
    recovered_fen: int
    outstanding_fen: int
    #: Clawed back in the month and not used by another recovery.
    clawback_fen: int
    #: The year is over: all of it is due, drawn or not.
    year_over: bool

    @property
    def due_fen(self) -> int:
        """Return what is due back: what the goods drew down; after the year all of it."""
        if self.year_over:
            return self.outstanding_fen
        return max(self.drawn_fen - self.recovered_fen, 0)

    @property
    def possible_fen(self) -> int:
        """Return what the month's claw-back covers of what is due."""
        return max(min(self.due_fen, self.clawback_fen), 0)


def stands(prepayment: RoundPrepayment, period: str, on: date) -> Stands:
    """Return what may be recovered from the fund of a month as it stands on a day."""
    told = {"id": prepayment.id, "period": period, "hospital": prepayment.hospital_code}
    row = sql(_STANDS, told).fetchone()
    drawn, clawback = map(int, row) if row else (0, 0)
    return Stands(
        drawn,
        prepayment.recovered_fen,
        prepayment.amount_fen - prepayment.recovered_fen,
        clawback,
        year_over=on.year > prepayment.year,
    )


def recover(actor: Actor, number: str, period: str, on: date) -> int:
    """Recover what is due from what the month's file says was clawed back; return the fen.

    Raises NothingToRecover (also when it was done for the month), PrepaymentMoved,
    UnknownPrepayment, NotAllowed, OutOfScope.
    """
    with db.atomic():
        one = _enter(actor, number)
        amount_fen = stands(one, period, on).possible_fen
        done = RoundRecovery.get_or_none(
            RoundRecovery.prepayment_id == one.id, RoundRecovery.period == period
        )
        if done is not None or amount_fen <= 0:
            raise NothingToRecover(prepayment_no=number, period=period)
        facts = {"way": RecoveryWay.CLAWBACK, "period": period}
        _book(actor, one, amount_fen, Kind.ROUND_RECOVERED, on, on, facts)
    return amount_fen


def repay(
    actor: Actor, number: str, voucher_no: str, amount_fen: int, booked_on: date, on: date
) -> None:
    """Record that the hospital paid a part or all of it back, with the voucher of the bank.

    Raises RepaidTooMuch, VoucherKnown, DayBeforePayout, PrepaymentMoved, UnknownPrepayment.
    """
    voucher = voucher_no.strip()
    with db.atomic():
        one = _enter(actor, number)
        open_fen = one.amount_fen - one.recovered_fen
        earliest = one.paid_on or one.proposed_on
        if not earliest <= booked_on <= on:
            raise DayBeforePayout(earliest=earliest, latest=on)
        if not voucher or RoundRecovery.get_or_none(RoundRecovery.voucher_no == voucher):
            raise VoucherKnown(voucher_no=voucher)
        if not 0 < amount_fen <= open_fen:
            raise RepaidTooMuch(prepayment_no=number, open_yuan=yuan(open_fen))
        facts = {"way": RecoveryWay.REPAID, "voucher_no": voucher}
        _book(actor, one, amount_fen, Kind.ROUND_REPAID, booked_on, on, facts)


def _enter(actor: Actor, number: str) -> RoundPrepayment:
    access.require(actor, "round_prepay")
    found = RoundPrepayment.get_or_none(RoundPrepayment.prepayment_no == number)
    if found is None:
        raise UnknownPrepayment(prepayment_no=number)
    access.require_rows(actor, [found.area_code], number)
    area_locks.lock([found.area_code])
    found = RoundPrepayment.get(RoundPrepayment.prepayment_no == number)
    if found.state is not RoundState.PAID or found.destination is not Destination.HOSPITAL:
        raise PrepaymentMoved(prepayment_no=number)
    return found


def _book(
    actor: Actor,
    one: RoundPrepayment,
    amount_fen: int,
    kind: Kind,
    booked_on: date,
    on: date,
    facts: Mapping[str, object],
) -> None:
    made = RoundRecovery.create(
        prepayment_id=one.id,
        hospital_code=one.hospital_code,
        amount_fen=amount_fen,
        booked_on=booked_on,
        made_by=actor.name,
        made_at=clock.now(),
        **facts,
    )
    ledger.post(kind, _BOOK, {"id": made.id}, on=on)
    audit.wrote(
        "round_prepayment.recovered",
        actor=actor.name,
        subject=f"round_prepayment:{one.prepayment_no}",
        amount_yuan=yuan(amount_fen),
        booked_on=booked_on,
        **{key: str(value) for key, value in facts.items()},
    )
