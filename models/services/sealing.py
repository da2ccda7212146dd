"""Secrets that must be read again are kept encrypted; the key comes from SECRET_KEY.

A copy of the database alone opens none of them. Each purpose has a key of its own.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models import settings as settings_module
from models.rules.errors.api import SecretUnreadable

#: Before a secret that stands sealed in a file of settings.
MARK = "sealed:"
#: Purpose of the mail server's password.
SMTP = "smtp"


@lru_cache(maxsize=16)
def _box(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"zhijie {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))


def _open_box(purpose: str) -> Fernet:
    secret_key = settings_module.load().secret_key
    if not secret_key:
        raise SecretUnreadable
    return _box(secret_key, purpose)


def seal(secret: str, purpose: str) -> str:
    """Return a secret as it is kept. Raises SecretUnreadable while there is no SECRET_KEY."""
    return _open_box(purpose).encrypt(secret.encode()).decode()


def opened(told: str, purpose: str) -> str:
    """Return a secret of the settings: as it stands there, or unsealed where it bears the mark.

    Raises SecretUnreadable when it was sealed under another SECRET_KEY.
    """
    if not told.startswith(MARK):
        return told
    return unseal(told.removeprefix(MARK), purpose)


def unseal(sealed: str, purpose: str) -> str:
    """Return a kept secret; raises SecretUnreadable when it was kept under another SECRET_KEY."""
    try:
        return _open_box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None
