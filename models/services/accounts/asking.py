"""Somebody asks for another receiving account: a maker, or the enterprise with its evidence."""

from dataclasses import asdict, dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules import grammar, identifiers
from models.rules.account_states import OPEN, AccountMove
from models.rules.accounts import Account
from models.rules.errors.accounts import (
    AccountAsked,
    AccountCellWrong,
    AccountRefused,
    AccountUnchanged,
    EvidenceNeeded,
)
from models.rules.grammar import BadCell
from models.rules.words import AccountChangeState, AccountSource, Role
from models.services import access, audit, files
from models.services.access import Actor
from models.services.accounts import checks, deciding, news, policy
from models.services.accounts.sides import ENTERPRISES, HOSPITALS, Side

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
_PARTY = """
SELECT credit_code, name, account_no, account_name, bank_name, cnaps_code, account_verified
  FROM {parties} WHERE {key} = %s FOR UPDATE
"""
_UNVERIFY = "UPDATE {parties} SET account_verified = false WHERE {key} = ANY (%s)"
_LAST = """
SELECT after FROM hospital_account_change WHERE hospital_code = %s AND state = 'in_force'
 ORDER BY in_force_at DESC, id DESC LIMIT 1
"""
_OPEN_ONE = "SELECT id FROM {changes} WHERE {key} = %s AND state = ANY (%s)"


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


def request(
    actor: Actor,
    code: str,
    wish: Wish,
    *,
    on: date | None = None,
    side: Side = ENTERPRISES,
) -> int:
    """Ask for another account of an enterprise or hospital; return the number of the change.

    A seat asks for itself only, and shows evidence. Until the change is decided nothing is paid to
    the party. Raises UnknownEnterprise, UnknownHospital, OutOfScope, AccountCellWrong,
    AccountRefused (a check forbids it), AccountUnchanged, AccountAsked, EvidenceNeeded.
    """
    access.require(actor, "account_request")
    seat = actor.role in {Role.ENTERPRISE, Role.HOSPITAL}
    day = clock.today() if on is None else on
    account = _read(wish)
    with db.atomic():
        row = sql(side.sql(_PARTY), (code,)).fetchone()
        if row is None or (seat and (actor.role, actor.party_code) != (side.role, code)):
            raise side.unknown(code)
        deciding.require_rows(actor, [] if seat else [code], side)
        credit_code, name, *now, verified = row
        in_force = Account(*now)
        if verified and account == in_force:
            raise AccountUnchanged(credit_code=code, what="现用账户", what_en="the one in force")
        refuse_a_second(code, side)
        why, why_en = checks.refusals(checks.of_wish(account, credit_code, name, day))
        if why:
            raise AccountRefused(credit_code=code, why=why, why_en=why_en)
        asked = policy.at(day)
        change = side.record.create(
            **{side.key: code},
            before=asdict(in_force) if verified else _verified_last(code, side),
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
        sql(side.sql(_UNVERIFY), ([code],))
        audit.wrote(
            "accounts.requested",
            actor=actor.name,
            subject=f"{side.changes}:{change.id}",
            **{side.key: code},
            source=change.source.value,
        )
        news.tell_soon(actor.name, day, ids=[change.id], side=side)
    return int(change.id)


def withdraw(actor: Actor, change_id: int, reason: str, *, side: Side = ENTERPRISES) -> None:
    """Take back a change that the actor asked for and nobody decided yet.

    Raises UnknownAccountChange, ReasonNeeded.
    """
    access.require(actor, "account_request")
    with db.atomic():
        deciding.end(
            actor, change_id, AccountMove.WITHDRAW, reason, requester=actor.name, side=side
        )


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


def _verified_last(code: str, side: Side) -> dict[str, str] | None:
    """Return the account of a hospital that was verified before a file brought another one."""
    if side is not HOSPITALS:
        return None
    found = sql(_LAST, (code,)).fetchone()
    return None if found is None else dict(found[0])


def refuse_a_second(code: str, side: Side) -> None:
    """Refuse with AccountAsked while a change of the party is open."""
    found = sql(side.sql(_OPEN_ONE), (code, list(OPEN))).fetchone()
    if found is not None:
        raise AccountAsked(credit_code=code, change=found[0])


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
