"""What the audit trail holds of an institution, a scheme or a batch: who did what when."""

from typing import Any

from models.services.views.reading import fetch

EVENTS_SHOWN = 50

#: Papers of an institution, as the trail names them; :code stands for the institution.
_OF_PARTY = """
SELECT 'excuse:' || request_no FROM line_excuse WHERE party_code = %(code)s
UNION SELECT 'acknowledgement:' || id FROM acknowledgement WHERE party_code = %(code)s
UNION SELECT 'contact:' || id FROM contact WHERE party_code = %(code)s
UNION SELECT 'measure:' || id FROM measure WHERE party_code = %(code)s AND %(inside)s
UNION SELECT 'problem:' || p.problem_no FROM problem p JOIN problem_side s ON s.problem_id = p.id
       WHERE s.party_code = %(code)s AND %(inside)s
"""
_OF_HOSPITAL = f"""
{_OF_PARTY}
UNION SELECT 'hospital:' || %(code)s
UNION SELECT 'hospital_account_change:' || id FROM hospital_account_change
       WHERE hospital_code = %(code)s
UNION SELECT 'money_request:' || request_no FROM money_request WHERE hospital_code = %(code)s
UNION SELECT 'turnover:' || turnover_no FROM turnover_grant WHERE hospital_code = %(code)s
UNION SELECT 'subledger_closing:' || closing_no FROM subledger_closing
       WHERE hospital_code = %(code)s
UNION SELECT 'round_prepayment:' || prepayment_no FROM round_prepayment
       WHERE hospital_code = %(code)s
UNION SELECT 'mandate:' || hospital_code || ':' || valid_from FROM mandate
       WHERE hospital_code = %(code)s
"""
_OF_ENTERPRISE = f"""
{_OF_PARTY}
UNION SELECT 'enterprise:' || %(code)s
UNION SELECT 'account_change:' || id FROM account_change WHERE credit_code = %(code)s
"""
_OF_SCHEME = """
SELECT 'scheme_draft:' || id FROM scheme_draft WHERE scheme_code = %(code)s
UNION SELECT DISTINCT 'scheme:' || scheme_code || '|' || valid_from FROM scheme
       WHERE scheme_code = %(code)s
"""
_OF_BATCH = "SELECT 'batch:' || %(code)s"

#: One event for many: what it was done to stands among its facts.
_TOGETHER = {
    "hospital": """e.subject IN ('hospital', 'hospital_account_change')
        AND e.facts -> 'hospital_codes' ? %(code)s
        OR e.action = 'hospital.joined' AND e.facts -> 'hospitals' ? %(code)s""",
    "enterprise": """e.subject IN ('enterprise', 'account_change')
        AND e.facts -> 'credit_codes' ? %(code)s""",
    "scheme": "false",
    "batch": """e.action IN ('payment.sent', 'payment.reissued')
        AND e.facts -> 'batches' @> jsonb_build_array(jsonb_build_array(%(code)s::text))""",
}
_SUBJECTS = {
    "hospital": _OF_HOSPITAL,
    "enterprise": _OF_ENTERPRISE,
    "scheme": _OF_SCHEME,
    "batch": _OF_BATCH,
}
KINDS = tuple(_SUBJECTS)

_EVENTS = """
WITH named AS MATERIALIZED ({subjects})
SELECT e.id, e.happened_at, e.actor, e.action, e.subject, e.facts, u.party_code
  FROM (
      SELECT e.* FROM audit_event e WHERE e.subject IN (SELECT * FROM named)
      UNION ALL
      SELECT e.* FROM audit_event e
       WHERE ({together}) AND e.subject NOT IN (SELECT * FROM named)
  ) e LEFT JOIN app_user u ON u.name = e.actor
 WHERE e.id < %(before)s ORDER BY e.id DESC LIMIT %(rows)s
"""


def events(kind: str, code: str, *, inside: bool, before: int | None = None) -> list[Any]:
    """Return what was done to a subject, the latest first, and one more than are shown.

    The caller has asked whose the subject is. `inside` is False for the seats, which read nothing
    of measures that are being considered. `before` is the event the page before ended with.
    """
    text = _EVENTS.format(subjects=_SUBJECTS[kind], together=_TOGETHER[kind])
    told = {
        "code": code,
        "inside": inside,
        "before": before or 1 << 62,
        "rows": EVENTS_SHOWN + 1,
    }
    return fetch(text, told)
