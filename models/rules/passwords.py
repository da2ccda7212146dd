"""Which passwords are taken: length, kinds of characters, no name inside, none that all know.

After GB/T 22239-2019 8.1.4.1 a (complexity and change of what proves an identity).
"""

import re
from dataclasses import dataclass

from models.rules.errors.signin import PasswordTooCommon, PasswordTooWeak

#: The password of the demo city; a production system takes it nowhere.
DEMO_PASSWORD = "Lanjiang-2026"  # noqa: S105 - printed on purpose

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
#: How people replace letters and believe that nobody knows.
_DISGUISES = str.maketrans("@4301!$57", "aaeoiisst")
#: What is left when figures and signs before and behind are taken off.
_KNOWN_STEMS = frozenset(
    """
    password passwd pass admin administrator root user guest welcome login letmein changeme
    default secret master super superman system sysadmin manager service support
    abc abcd abcde abcdef aa aaa aaaa qq qqq qwe qwer qwert qwerty qwertyuiop qaz wsx
    asd asdf asdfg asdfgh asdfghjkl zxc zxcv zxcvb zxcvbn zxcvbnm iloveyou woaini
    huawei china beijing shanghai zhongguo nihao monkey dragon football princess sunshine
    yibao yiliao zhijie yibaoju zhijieyibao caiwu caigou jiesuan yiyuan
    """.split()  # noqa: SIM905 - read as a list of words
)
_KNOWN_WHOLE = frozenset(
    """
    1qaz@wsx 1qaz2wsx !qaz2wsx 1qaz!qaz qwe123!@# abc123!@# p@ssw0rd 123qwe!@# 1q2w3e4r
    1q2w3e4r5t 1q2w3e q1w2e3r4 zaq1@wsx zaq12wsx a1b2c3d4 aa123456 qwer1234 asdf1234
    """.split()  # noqa: SIM905 - read as a list of words
)


@dataclass(frozen=True)
class Policy:
    """A house's rules for passwords."""

    length_min: int = 8
    classes_min: int = 3
    #: Last passwords that are not taken again.
    history: int = 5
    #: Age in days after which a new one is chosen; 0: none.
    days_max: int = 0
    #: Passwords that this installation never takes.
    banned: frozenset[str] = frozenset()


def check(policy: Policy, name: str, password: str) -> None:
    """Refuse a password with PasswordTooWeak or PasswordTooCommon."""
    classes = sum(1 for pattern in _CLASSES if re.search(pattern, password))
    has_name = name.lower() in password.lower() or name.lower() in password.lower()[::-1]
    if len(password) < policy.length_min or classes < policy.classes_min or has_name:
        raise PasswordTooWeak(length=policy.length_min, classes=policy.classes_min)
    if is_common(password) or password in policy.banned:
        raise PasswordTooCommon


def is_common(password: str) -> bool:
    """Return whether everybody who guesses would try this one early."""
    small = password.lower()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", small)
    plain = re.sub(r"^[\W_]+|[\W\d_]+$", "", small).translate(_DISGUISES)
    few = len(set(small)) < 5
    return few or small in _KNOWN_WHOLE or not {bare, plain}.isdisjoint(_KNOWN_STEMS)
