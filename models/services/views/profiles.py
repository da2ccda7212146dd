"""Bank profiles as the pages show them: what is in force, its versions, what waits."""

from typing import Any

from models.services.views.reading import fetch, one

#: Latest version of each profile, how many files were made and read with any of them.
_LIST = """
SELECT DISTINCT ON (p.profile_code) p.profile_code, p.version, p.name, p.format, p.created_at,
       p.created_by, p.activated_by, p.retired_at,
       p.created_by = 'system' AND p.spec ? 'note' AS is_example,
       (SELECT count(*) FROM payment_batch b WHERE b.profile_code = p.profile_code) AS batches,
       (SELECT count(*) FROM bank_result_file r WHERE r.profile_code = p.profile_code) AS results,
       (SELECT c.id FROM bank_profile_change c WHERE c.profile_code = p.profile_code
           AND c.state = 'proposed') AS change_id
  FROM bank_profile p ORDER BY p.profile_code, p.version DESC
"""
_VERSIONS = """
SELECT p.version, p.name, p.format, p.created_at, p.created_by, p.activated_by, p.retired_at,
       p.retired_by,
       (SELECT count(*) FROM payment_batch b WHERE b.profile_code = p.profile_code
           AND b.profile_version = p.version) AS batches,
       (SELECT count(*) FROM bank_result_file r WHERE r.profile_code = p.profile_code
           AND r.profile_version = p.version) AS results
  FROM bank_profile p WHERE p.profile_code = %(code)s ORDER BY p.version DESC
"""
_VERSION = """
SELECT profile_code, version, name, format, spec, created_by, activated_by, retired_at,
       created_by = 'system' AND spec ? 'note' AS is_example
  FROM bank_profile
 WHERE profile_code = %(code)s AND (%(version)s::int IS NULL OR version = %(version)s)
 ORDER BY version DESC LIMIT 1
"""
_CHANGES = """
SELECT c.id, c.profile_code, c.based_on, c.reason, c.state, c.proposed_by, c.proposed_at,
       c.decided_by, c.decided_at, c.answer, c.version, c.spec ->> 'name' AS name
  FROM bank_profile_change c
 WHERE (%(code)s::text IS NULL OR c.profile_code = %(code)s)
   AND (%(state)s::text IS NULL OR c.state = %(state)s)
 ORDER BY c.id DESC LIMIT 50
"""
_CHANGE = "SELECT * FROM bank_profile_change WHERE id = %(id)s"
_USUAL = """
SELECT profile_code FROM payment_batch WHERE area_code IS NULL OR area_code = ANY (%(areas)s)
 ORDER BY id DESC LIMIT 1
"""
#: Where enterprises of these sheets want their money: name, bank and numbers of each once.
_PAYEES = """
SELECT e.credit_code, e.account_no, e.account_name, e.bank_name, e.cnaps_code,
       count(*) AS sheets, sum(s.payable_fen)::bigint AS sum_fen
  FROM settlement_sheet s JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.id = ANY (%(ids)s) AND s.payable_fen > 0
 GROUP BY e.credit_code ORDER BY e.credit_code
"""


def listed() -> list[Any]:
    """Return the profiles by code, each as its latest version."""
    return fetch(_LIST)


def versions(code: str) -> list[Any]:
    """Return all versions of a profile, the latest first."""
    return fetch(_VERSIONS, {"code": code})


def version(code: str, number: int | None = None) -> Any:  # noqa: ANN401 - a row by name
    """Return a version with its data, the latest without a number, or None."""
    return one(_VERSION, {"code": code, "version": number})


def changes(code: str | None = None, state: str | None = None) -> list[Any]:
    """Return proposals, the latest first."""
    return fetch(_CHANGES, {"code": code, "state": state})


def change(change_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a proposal with its data, or None."""
    return one(_CHANGE, {"id": change_id})


def usual(areas: list[str]) -> str | None:
    """Return the profile these areas paid with last, or None before their first payment."""
    found = one(_USUAL, {"areas": areas})
    return found.profile_code if found else None


def payees(sheet_ids: list[int]) -> list[Any]:
    """Return the receiving accounts of the enterprises of sheets, with count and sum."""
    return fetch(_PAYEES, {"ids": sheet_ids})
