"""What speaks for and against a receiving account, before money goes there."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from models.rules import identifiers

#: Longest account the payment systems take (pain.001 Othr/Id).
ACCOUNT_CHARS_MAX = 34
ACCOUNT_NO = re.compile(r"[0-9A-Za-z]{1,34}")
#: What banks write between groups of digits; in a number it is a slip of the hand.
_LUHN_NO = re.compile(r"6[0-9]{15,18}")
_BRACKETS = str.maketrans("（）〔〕［］【】", "()()()()")


@dataclass(frozen=True)
class Account:
    """Where money goes to."""

    account_no: str
    account_name: str
    bank_name: str
    cnaps_code: str


@dataclass(frozen=True)
class Branch:
    """What the directory says about a number on a day."""

    bank_name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def takes_part(self, on: date) -> bool:
        """Return whether the branch can be paid to that day."""
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Finding:
    """What a check says; one that refuses stops the account, another one only warns."""

    rule: str
    refuses: bool
    zh: str
    en: str


#: A file of hospitals came after the request: somebody must look at both.
OVERTAKEN = Finding(
    "V9",
    refuses=True,
    zh="申请之后，导入的医疗机构文件又改了账户，请撤回后按最新账户重新申请。",
    en="A file changed the account after this was asked for; withdraw it and ask again.",
)


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one: brackets of any width and blanks make no difference.

    For comparison only; what is paid and shown stays as it was registered.
    """
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFC", name).translate(_BRACKETS)
    return "".join(character for character in text if not character.isspace())


def luhn_fits(digits: str) -> bool:
    """Return whether the last digit of a card number fits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def findings(
    account: Account,
    *,
    credit_code: str,
    legal_name: str,
    name_binds: bool,
    directory: bool,
    branch: Branch | None,
    on: date,
) -> list[Finding]:
    """Return what speaks against the account on a day, refusals first.

    `directory` says whether there is a directory at all: an empty one says nothing.
    """
    found = [
        *_of_number(account.account_no),
        *_of_name(account.account_name, legal_name, binds=name_binds),
        *_of_bank(account, directory=directory, branch=branch, on=on),
        *_of_registration(credit_code),
    ]
    return sorted(found, key=lambda one: (not one.refuses, one.rule))


def _of_number(account_no: str) -> list[Finding]:
    if not ACCOUNT_NO.fullmatch(account_no):
        return [
            Finding(
                "V6",
                refuses=False,
                zh=f"账号含字母和数字以外的字符，或超过 {ACCOUNT_CHARS_MAX} 位，多数银行不受理。",
                en="The account number is not plain letters and digits, or longer than 34.",
            )
        ]
    if _LUHN_NO.fullmatch(account_no) and not luhn_fits(account_no):
        return [
            Finding(
                "V6",
                refuses=False,
                zh="账号像银行卡号，但校验位不符，请对照开户许可证核对。",
                en="The number looks like a card's, but its check digit does not fit.",
            )
        ]
    return []


def _of_name(account_name: str, legal_name: str, *, binds: bool) -> list[Finding]:
    if same_name(account_name, legal_name):
        return []
    return [
        Finding(
            "V7",
            refuses=binds,
            zh=f"户名“{account_name}”与企业登记名称“{legal_name}”不一致。",
            en=f"The account is in the name {account_name}, the firm is registered as"
            f" {legal_name}.",
        )
    ]


def _of_bank(
    account: Account, *, directory: bool, branch: Branch | None, on: date
) -> list[Finding]:
    code = account.cnaps_code
    found = []
    if not identifiers.cnaps_check_fits(code):
        found.append(
            Finding(
                "V4",
                refuses=False,
                zh=f"联行号 {code} 的校验位不符（ISO 7064 MOD 11,10）。",
                en=f"The check digit of bank number {code} does not fit.",
            )
        )
    if not directory:
        return found
    if branch is None or not branch.takes_part(on):
        absent = branch is None
        found.append(
            Finding(
                "V4",
                refuses=True,
                zh=f"联行号 {code} {'不在联行号目录中' if absent else '在目录中未启用或已停用'}。",
                en=f"Bank number {code} is {'not in the directory' if absent else 'not in use'}.",
            )
        )
    elif not same_name(branch.bank_name, account.bank_name):
        found.append(
            Finding(
                "V5",
                refuses=False,
                zh=f"开户行“{account.bank_name}”与目录中的“{branch.bank_name}”不一致。",
                en=f"The bank is called {branch.bank_name} in the directory.",
            )
        )
    return found


def _of_registration(credit_code: str) -> list[Finding]:
    """Warn: a wrong check character was refused when the enterprise came in, or is an old one's."""
    if identifiers.credit_check_fits(credit_code):
        return []
    return [
        Finding(
            "V8",
            refuses=False,
            zh=f"统一社会信用代码 {credit_code} 的校验位不符，请核对是否为旧登记代码。",
            en=f"The check character of {credit_code} does not fit; it may be an old registration.",
        )
    ]


def effective_on(decided_on: date, cooling_days: int, wanted_on: date | None) -> date:
    """Return the day an approved account is paid to: after the cooling-off, not before the wish."""
    cooled = date.fromordinal(decided_on.toordinal() + cooling_days)
    return cooled if wanted_on is None else max(cooled, wanted_on)
