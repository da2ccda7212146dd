"""Somebody asks for another receiving account: a maker, or the enterprise with its evidence."""

from dataclasses import asdict, dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.parties import AccountChange
from models.rules import grammar, identifiers
from models.rules.account_states import OPEN, AccountMove
from models.rules.accounts import Account
from models.rules.errors.accounts import (
    AccountAsked,
    AccountCellWrong,
    AccountRefused,
    AccountUnchanged,
    EvidenceNeeded,
    UnknownEnterprise,
)
from models.rules.grammar import BadCell
from models.rules.words import AccountChangeState, AccountSource, Role
from models.services import access, audit, files
from models.services.access import Actor
from models.services.accounts import checks, deciding, news, policy

EVIDENCE_BYTES_MAX = 10 << 20
NOTE_CHARS_MAX = 500
#: What a document begins with, and the ending under which it is kept.
_DOCUMENTS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}

_LABELS = {
    "account_no": "账号",
    "account_name": "户名",
    "bank_name": "开户行",
    "cnaps_code": "联行号",
}
_ENTERPRISE = """
SELECT name, account_no, account_name, bank_name, cnaps_code, account_verified
  FROM enterprise WHERE credit_code = %s FOR UPDATE
"""


@dataclass(frozen=True)
class Evidence:
    """A document as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: the account as typed, and from which day."""

    account_no: str
    account_name: str
    bank_name: str
    cnaps_code: str
    wanted_on: date | None = None
    note: str = ""
    evidence: Evidence | None = None


def request(actor: Actor, credit_code: str, wish: Wish, *, on: date | None = None) -> int:
    """Ask for another account of an enterprise and return the number of the change.

    A seat asks for its own enterprise only, and shows evidence. Until the change is decided
    nothing is paid to the enterprise. Raises UnknownEnterprise, AccountCellWrong,
    AccountRefused (a check forbids it), AccountUnchanged, AccountAsked, EvidenceNeeded.
    """
    access.require(actor, "account_request")
    seat = actor.role == Role.ENTERPRISE
    day = clock.today() if on is None else on
    account = _read(wish)
    with db.atomic():
        row = sql(_ENTERPRISE, (credit_code,)).fetchone()
        if row is None or (seat and actor.party_code != credit_code):
            raise UnknownEnterprise(credit_code=credit_code)
        name, *now, verified = row
        in_force = Account(*now)
        if verified and account == in_force:
            raise AccountUnchanged(
                credit_code=credit_code, what="现用账户", what_en="the one in force"
            )
        _refuse_a_second(credit_code)
        why, why_en = checks.refusals(checks.of_wish(account, credit_code, name, day))
        if why:
            raise AccountRefused(credit_code=credit_code, why=why, why_en=why_en)
        asked = policy.at(day)
        change = AccountChange.create(
            credit_code=credit_code,
            before=asdict(in_force) if verified else None,
            after=asdict(account),
            source=AccountSource.SEAT if seat else AccountSource.PAGE,
            note=wish.note.strip()[:NOTE_CHARS_MAX] or None,
            evidence_file_id=_kept(wish.evidence, actor, needed=seat),
            wanted_on=wish.wanted_on,
            reviews_needed=asked.reviews,
            cooling_days=asked.cooling_days,
            requested_by=actor.name,
            requested_at=clock.now(),
            state=AccountChangeState.REQUESTED,
        )
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        sql("UPDATE enterprise SET account_verified = false WHERE credit_code = %s", (credit_code,))
        audit.wrote(
            "accounts.requested",
            actor=actor.name,
            subject=f"account_change:{change.id}",
            credit_code=credit_code,
            source=change.source.value,
        )
        news.tell_soon(actor.name, day, ids=[change.id])
    return int(change.id)


def withdraw(actor: Actor, change_id: int, reason: str) -> None:
    """Take back a change that the actor asked for and nobody decided yet.

    Raises UnknownAccountChange, ReasonNeeded.
    """
    access.require(actor, "account_request")
    with db.atomic():
        deciding.end(actor, change_id, AccountMove.WITHDRAW, reason, requester=actor.name)


def _read(wish: Wish) -> Account:
    """Return the account as the imports would read it."""
    told: dict[str, str] = {}
    for name, label in _LABELS.items():
        text = str(getattr(wish, name)).strip()
        try:
            if not text:
                raise AccountCellWrong(label=label)
            told[name] = (
                grammar.line(text) if name in {"account_name", "bank_name"} else grammar.code(text)
            )
        except BadCell as error:
            raise AccountCellWrong(label=label) from error
    if not identifiers.CNAPS_CODE.fullmatch(told["cnaps_code"]):
        raise AccountCellWrong(label=_LABELS["cnaps_code"])
    return Account(**told)


def _refuse_a_second(credit_code: str) -> None:
    open_one = AccountChange.get_or_none(
        AccountChange.credit_code == credit_code, AccountChange.state.in_(OPEN)
    )
    if open_one is not None:
        raise AccountAsked(credit_code=credit_code, change=open_one.id)


def _kept(evidence: Evidence | None, actor: Actor, *, needed: bool) -> int | None:
    if evidence is None or not evidence.content:
        if needed:
            raise EvidenceNeeded(mb=EVIDENCE_BYTES_MAX >> 20)
        return None
    ending = next((e for start, e in _DOCUMENTS.items() if evidence.content.startswith(start)), "")
    if not ending or len(evidence.content) > EVIDENCE_BYTES_MAX:
        raise EvidenceNeeded(mb=EVIDENCE_BYTES_MAX >> 20)
    stem = evidence.name.rsplit(".", 1)[0] or "evidence"
    stored = files.store(f"{stem}{ending}", [evidence.content], by=actor.name, kind="evidence")
    return int(stored.id)
