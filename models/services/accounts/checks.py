"""The checks of accounts that wait, with the directory and the schemes as they are now."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.base import sql
from models.rules import accounts as rules
from models.rules.accounts import Account, Branch, Finding
from models.services.accounts import policy
from models.services.accounts.sides import ENTERPRISES, HOSPITALS, Side

_TOLD = """
SELECT c.id, e.credit_code, e.name, c.after, b.bank_name, b.valid_from, b.valid_to,
       b.cnaps_code IS NOT NULL, {overtaken}
  FROM {changes} c JOIN {parties} e USING ({key})
  LEFT JOIN bank_branch b ON b.cnaps_code = c.after ->> 'cnaps_code'
 WHERE c.id = ANY (%(ids)s)
"""
#: A file brought another account after this one was asked for: who asked did not know it. What
#: takes effect itself is no file's.
_OVERTAKEN = """
EXISTS (SELECT FROM master_history m WHERE m.table_name = 'hospital' AND m.key = c.hospital_code
           AND m.changed_at > c.requested_at AND c.state IN ('requested', 'checked')
           AND (m.before ->> 'account_no', m.before ->> 'account_name', m.before ->> 'bank_name',
                m.before ->> 'cnaps_code') IS DISTINCT FROM
               (m.after ->> 'account_no', m.after ->> 'account_name', m.after ->> 'bank_name',
                m.after ->> 'cnaps_code'))
"""
_BRANCH = "SELECT bank_name, valid_from, valid_to FROM bank_branch WHERE cnaps_code = %s"


def has_directory() -> bool:
    """Return whether a directory of branches was imported."""
    return bool(sql("SELECT EXISTS (SELECT FROM bank_branch)").fetchone()[0])


def judged(ids: Sequence[int], on: date, side: Side = ENTERPRISES) -> dict[int, list[Finding]]:
    """Return what speaks against the account of each change, by its id."""
    if not ids:
        return {}
    binds, directory = policy.at(on).name_binds, has_directory()
    text = side.sql(_TOLD.replace("{overtaken}", _OVERTAKEN if side is HOSPITALS else "false"))
    found = {}
    for change, code, name, after, bank, begins, ends, known, overtaken in sql(
        text, {"ids": list(ids)}
    ):
        found[change] = rules.findings(
            account_of(after),
            credit_code=code,
            legal_name=name,
            name_binds=binds,
            directory=directory,
            branch=Branch(bank, begins, ends) if known else None,
            on=on,
        )
        if overtaken:
            found[change].insert(0, rules.OVERTAKEN)
    return found


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
