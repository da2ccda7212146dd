"""The second factor: a secret shared with a telephone, codes taken once, codes for its loss."""

import hashlib
import hmac
import secrets

import pyotp

from models import clock
from models import settings as settings_module
from models.records.access import User
from models.records.base import db
from models.records.entrance import RecoveryCode, SecondFactor
from models.rules.entrance import MOVERS, RECOVERY_CODES, SecondFactorRule, SessionEnd
from models.rules.errors.signin import CodeRefused, SecondFactorNeeded
from models.services import audit, sealing
from models.services.users import sessions

ISSUER = "直结"
STEP_SECONDS = 30
CODE_DIGITS = 6
PURPOSE = "second factor"


def rule() -> SecondFactorRule:
    """Return whether this installation asks for second factors."""
    return SecondFactorRule(settings_module.load().second_factor)


def is_due(role: str, asked: str = "") -> bool:
    """Return whether a role must have its second factor on, by the installation's rule."""
    return (asked or rule()) == SecondFactorRule.REQUIRED and role in MOVERS


def of(name: str) -> SecondFactor | None:
    """Return a user's second factor, begun or on."""
    found: SecondFactor | None = SecondFactor.get_or_none(SecondFactor.user_name == name)
    return found


def is_on(name: str) -> bool:
    """Return whether the user is asked for six figures."""
    found = of(name)
    return rule() is not SecondFactorRule.OFF and found is not None and found.on_since is not None


def begin(name: str) -> str:
    """Return the secret to scan: made anew unless one was begun; what is on stays as it is."""
    found = of(name)
    if found is not None and found.on_since is None:
        return _secret(found)
    if found is not None:
        raise CodeRefused
    secret = pyotp.random_base32()
    SecondFactor.insert(
        user_name=name, sealed_secret=sealing.seal(secret, PURPOSE), begun_at=clock.now()
    ).on_conflict_ignore().execute()
    return _secret(SecondFactor.get_by_id(name))


def uri(name: str, secret: str) -> str:
    """Return what the picture to scan says."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def switch_on(name: str, code: str) -> list[str]:
    """Switch the second factor on with a code of it; return the recovery codes, shown once.

    Raises CodeRefused.
    """
    with db.atomic():
        found = of(name)
        if found is None or found.on_since is not None or not _take(found, code):
            raise CodeRefused
        SecondFactor.update(on_since=clock.now()).where(SecondFactor.user_name == name).execute()
        codes = _new_codes(name)
        audit.wrote("second_factor.on", actor=name, subject=f"user:{name}")
    return codes


def new_codes(name: str) -> list[str]:
    """Replace all recovery codes of a user; return the new ones, shown once."""
    with db.atomic():
        codes = _new_codes(name)
        audit.wrote("second_factor.codes", actor=name, subject=f"user:{name}")
    return codes


def codes_left(name: str) -> int:
    """Return how many recovery codes are unused."""
    return int(
        RecoveryCode.select()
        .where(RecoveryCode.user_name == name, RecoveryCode.used_at.is_null())
        .count()
    )


def take(name: str, code: str) -> bool:
    """Return whether the code is right, and take it: no code is right twice."""
    found = of(name)
    if found is None or found.on_since is None:
        return False
    return _take(found, code) or _take_recovery(name, code)


def switch_off(user: User) -> None:
    """Switch it off at the owner's wish. Raises SecondFactorNeeded where the role must have it."""
    if is_due(str(user.role)):
        raise SecondFactorNeeded
    _forget(user.name, by=user.name)


def reset(name: str, *, by: str) -> None:
    """Take a lost second factor away: the user signs in with the password and begins anew."""
    with db.atomic():
        _forget(name, by=by)
        sessions.end_all(name, SessionEnd.KEEPER)


def _forget(name: str, *, by: str) -> None:
    with db.atomic():
        gone = SecondFactor.delete().where(SecondFactor.user_name == name).execute()
        RecoveryCode.delete().where(RecoveryCode.user_name == name).execute()
        if gone:
            audit.wrote("second_factor.off", actor=by, subject=f"user:{name}")


def _secret(found: SecondFactor) -> str:
    return sealing.unseal(found.sealed_secret, PURPOSE)


def _take(found: SecondFactor, code: str) -> bool:
    """Take a code of this half minute, the one before or after; a guarded update, so once."""
    typed = "".join(code.split())
    if len(typed) != CODE_DIGITS or not typed.isascii() or not typed.isdigit():
        return False
    totp, here = pyotp.TOTP(_secret(found)), int(clock.now().timestamp()) // STEP_SECONDS
    for step in (here, here - 1, here + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed):
            return bool(
                SecondFactor.update(last_step=step)
                .where(SecondFactor.user_name == found.user_name, SecondFactor.last_step < step)
                .execute()
            )
    return False


def _code_hash(code: str) -> str:
    plain = "".join(one for one in code.lower() if one.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _take_recovery(name: str, code: str) -> bool:
    used = (
        RecoveryCode.update(used_at=clock.now())
        .where(
            RecoveryCode.user_name == name,
            RecoveryCode.code_hash == _code_hash(code),
            RecoveryCode.used_at.is_null(),
        )
        .execute()
    )
    if used:
        with db.atomic():
            audit.wrote("second_factor.recovered", actor=name, subject=f"user:{name}")
    return bool(used)


def _new_codes(name: str) -> list[str]:
    RecoveryCode.delete().where(RecoveryCode.user_name == name).execute()
    codes = [
        f"{part[:5]}-{part[5:10]}-{part[10:]}"
        for part in (secrets.token_hex(8)[:15] for _ in range(RECOVERY_CODES))
    ]
    now = clock.now()
    RecoveryCode.insert_many(
        [{"user_name": name, "code_hash": _code_hash(one), "made_at": now} for one in codes]
    ).execute()
    return codes
