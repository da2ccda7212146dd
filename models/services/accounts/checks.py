"""The checks of accounts that wait, with the directory and the schemes as they are now."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.base import sql
from models.rules import accounts as rules
from models.rules.accounts import Account, Branch, Finding
from models.services.accounts import policy

_TOLD = """
SELECT c.id, c.credit_code, e.name, c.after, b.bank_name, b.valid_from, b.valid_to,
       b.cnaps_code IS NOT NULL
  FROM account_change c JOIN enterprise e USING (credit_code)
  LEFT JOIN bank_branch b ON b.cnaps_code = c.after ->> 'cnaps_code'
 WHERE c.id = ANY (%(ids)s)
"""
_BRANCH = "SELECT bank_name, valid_from, valid_to FROM bank_branch WHERE cnaps_code = %s"


def has_directory() -> bool:
    """Return whether a directory of branches was imported."""
    return bool(sql("SELECT EXISTS (SELECT FROM bank_branch)").fetchone()[0])


def judged(ids: Sequence[int], on: date) -> dict[int, list[Finding]]:
    """Return what speaks against the account of each change, by its id."""
    if not ids:
        return {}
    binds, directory = policy.at(on).name_binds, has_directory()
    return {
        change: rules.findings(
            account_of(after),
            credit_code=code,
            legal_name=name,
            name_binds=binds,
            directory=directory,
            branch=Branch(bank, begins, ends) if known else None,
            on=on,
        )
        for change, code, name, after, bank, begins, ends, known in sql(_TOLD, {"ids": list(ids)})
    }


def of_wish(account: Account, credit_code: str, legal_name: str, on: date) -> list[Finding]:
    """Return what speaks against an account that is about to be asked for."""
    row = sql(_BRANCH, (account.cnaps_code,)).fetchone()
    return rules.findings(
        account,
        credit_code=credit_code,
        legal_name=legal_name,
        name_binds=policy.at(on).name_binds,
        directory=has_directory(),
        branch=None if row is None else Branch(*row),
        on=on,
    )


def account_of(told: dict[str, Any]) -> Account:
    """Return the account a change keeps."""
    return Account(**{name: told[name] for name in Account.__dataclass_fields__})


def refusals(found: Sequence[Finding]) -> tuple[str, str]:
    """Return what refuses an account, in Chinese and in English; empty: nothing does."""
    wrong = [one for one in found if one.refuses]
    return "".join(one.zh for one in wrong), " ".join(one.en for one in wrong)
