"""The kinds of tasks: whom each waits for, what is counted, and the page where it is done."""

from models.rules.words import Role
from models.services.promised import IS_BROKEN, PROMISED
from models.services.views import cases, mails
from models.services.views.institutions import of_party
from web.today.bounds import HELD, SHEET
from web.today.kind import Kind
from web.today.kinds_prepaid import PREPAID
from web.today.kinds_scope import SCOPE
from web.today.kinds_turnover import TURNOVER

_M, _C, _A = Role.MAKER, Role.CHECKER, Role.APPROVER
_H, _E, _S, _U = Role.HOSPITAL, Role.ENTERPRISE, Role.SUPERVISOR, Role.AUDITOR
_AGENCY = frozenset({_M, _C, _A, _S, _U})


def _sheets(states: str) -> str:
    return (
        "SELECT count(*), sum(s.payable_fen)::bigint, min(s.due_on) FROM settlement_sheet s"
        f" WHERE s.state IN ({states}) AND {{scope}}"
    )


_IN_REVIEW = "'in_review'"
#: Who agreed already waits for another approver's last word.
_NOT_SENT_ON = (
    "NOT (s.reviews_needed = 3 AND EXISTS (SELECT FROM sheet_review r WHERE r.sheet_id = s.id"
    " AND r.counts AND r.approved AND r.reviewer = %(reader)s))"
)


def _held(reasons: str) -> str:
    return (
        "SELECT count(*), sum(p.amount_fen)::bigint, NULL::date FROM held_line h"
        " JOIN purchase_line p USING (line_no) WHERE h.period = %(period)s"
        f" AND h.reasons && ARRAY[{reasons}] AND {{scope}}"
    )


def _windows(which: str) -> str:
    return (
        "SELECT count(*), sum(w.amount_fen)::bigint, min(w.due_on) FROM confirm_window w"
        f" WHERE w.state IN ('open', 'escalated') AND {which} AND {{scope}}"
    )


_WINDOW = {"area": "w.area_code", "hospital": "w.hospital_code", "enterprise": "w.enterprise_code"}


def _accounts(turn: str) -> str:
    """Count the changes that wait for this role; one person decides where the scheme says so."""
    return (
        "SELECT count(*), NULL::bigint, NULL::date FROM account_change"
        " WHERE decided_by IS NULL AND requested_by <> %(reader)s"
        f" AND (reviews_needed = 1 OR state = '{turn}')"
    )


def _hospitals(turn: str) -> str:
    """Count the changes of hospitals' accounts that wait for this role."""
    return (
        "SELECT count(*), NULL::bigint, NULL::date FROM hospital_account_change c"
        " JOIN hospital h USING (hospital_code)"
        " WHERE {scope} AND c.decided_by IS NULL AND c.requested_by <> %(reader)s"
        f" AND (c.reviews_needed = 1 OR c.state = '{turn}')"
    )


_OF_HOSPITAL, _ACCOUNTS = {"area": "h.area_code"}, "/hospital-accounts/"

#: From 1 March on the list of the year before waits to be published (国务院令第802号 art. 18).
_PUBLICATION = """
SELECT count(*), NULL::bigint, max(make_date(y.year + 1, 3, 31))
  FROM (SELECT extract(year FROM %(day)s::date)::int - 1 AS year) y
  LEFT JOIN overdue_publication p ON p.year = y.year AND p.area_code = %(area)s
       AND p.state <> 'published'
 WHERE %(day)s >= make_date(y.year + 1, 3, 1)
   AND NOT EXISTS (SELECT 1 FROM overdue_publication d WHERE d.year = y.year
                    AND d.area_code = %(area)s AND d.state = 'published')
   AND EXISTS (SELECT 1 FROM purchase_line)
""".strip()


def _excuses(which: str) -> str:
    """Count the requests for excuses that wait for another person than the one who asked."""
    return (
        "SELECT count(DISTINCT x.request_no), sum(x.unpaid_fen)::bigint, NULL::date"
        f" FROM line_excuse x WHERE {{scope}} AND x.state = 'asked' AND {which}"
        " AND x.asked_by <> %(reader)s"
    )


#: Any of the areas its lines lie in makes a measure the reader's.
_MEASURES = (
    "SELECT count(*), sum(m.unpaid_fen)::bigint, min(m.meet_on) FROM measure m"
    " WHERE EXISTS (SELECT FROM unnest(m.area_codes) u (area_code) WHERE {scope}) AND "
)
_OF_MEASURE = {"area": "u.area_code", **of_party("m.party_kind", "m.party_code")}

KINDS = (
    *PREPAID,
    *TURNOVER,
    *SCOPE,
    Kind(
        "exceptions",
        frozenset({_M, _C}),
        "SELECT count(*), sum(abs(x.amount_fen))::bigint, min(x.opened_on)"
        f" FROM {cases.FROM} WHERE x.closed_at IS NULL AND {{scope}}",
        {},
        "/exceptions/",
        bound=cases.mine,
    ),
    Kind(
        "decisions",
        frozenset({_C, _A}),
        "SELECT count(*), sum(i.amount_fen)::bigint, NULL::date FROM case_decision d"
        " JOIN payment_instruction i ON i.id = d.instruction_id"
        " WHERE {scope} AND d.act = 'admit' AND d.decided_by IS NULL"
        " AND d.asked_by <> %(reader)s",
        {"area": "i.area_code"},
        "/decisions/",
    ),
    Kind(
        "batches",
        frozenset({_M}),
        "SELECT count(*), sum(total_fen)::bigint, min(execution_on) FROM payment_batch"
        " WHERE state = 'prepared'",
        {},
        "/batches/?state=prepared",
    ),
    Kind("review", frozenset({_C}), _sheets("'draft'"), SHEET, "/sheets/?state=draft"),
    Kind(
        "approve",
        frozenset({_A}),
        f"{_sheets(_IN_REVIEW)} AND {_NOT_SENT_ON}",
        SHEET,
        "/sheets/?state=in_review",
    ),
    Kind("pay", frozenset({_M}), _sheets("'approved'"), SHEET, "/sheets/?state=approved"),
    Kind("short", frozenset({_M, _S}), _sheets("'short'"), SHEET, "/sheets/?state=short"),
    Kind(
        "came_back",
        frozenset({_M}),
        _sheets("'returned', 'rejected'"),
        SHEET,
        "/returns/",
    ),
    Kind(
        "reissues",
        frozenset({_C, _A}),
        "SELECT count(DISTINCT r.request_no), sum(r.amount_fen)::bigint, NULL::date"
        " FROM payment_reissue r JOIN payment_instruction i ON i.id = r.instruction_id"
        " WHERE {scope} AND r.decided_by IS NULL AND r.asked_by <> %(reader)s",
        {"area": "i.area_code"},
        "/returns/",
    ),
    Kind(
        "scheme_drafts",
        frozenset({_A, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM scheme_draft d"
        " WHERE d.state = 'submitted' AND %(reader)s <> ALL (d.makers) AND {scope}",
        {"area": "d.area_code"},
        "/schemes/drafts/?state=submitted",
    ),
    Kind(
        "profiles",
        frozenset({_A, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM bank_profile_change"
        " WHERE state = 'proposed' AND proposed_by <> %(reader)s",
        {},
        "/profiles/",
    ),
    # What the agency itself is late with only a supervisor excuses.
    Kind(
        "excuses",
        frozenset({_C, _A}),
        _excuses("x.responsible <> 'agency'"),
        {"area": "x.area_code"},
        "/excuses/?view=asked",
    ),
    Kind(
        "excuses",
        frozenset({_S}),
        _excuses("true"),
        {"area": "x.area_code"},
        "/excuses/?view=asked",
    ),
    Kind(
        "suspensions",
        frozenset({_A, _S}),
        _MEASURES + "m.state = 'proposed' AND m.made_by <> %(reader)s",
        _OF_MEASURE,
        "/measures/?view=proposed",
    ),
    Kind(
        "interviews",
        frozenset({_M, _S, _H, _E}),
        _MEASURES + "m.state = 'planned' AND m.meet_on <= %(on)s + 3",
        _OF_MEASURE,
        "/measures/?view=due",
    ),
    Kind(
        "promises",
        frozenset({_M, _S, _H, _E}),
        "SELECT count(*), sum(o.unpaid_fen)::bigint, min(q.promised_on)"
        f" FROM ({PROMISED}) q JOIN open_line o USING (line_no)"
        f" WHERE o.unpaid_fen > 0 AND {IS_BROKEN} AND {{scope}}",
        {"area": "o.area_code", **of_party("o.responsible", "o.party_code")},
        "/promises/?view=broken",
    ),
    Kind("accounts", frozenset({_C}), _accounts("requested"), {}, "/accounts/"),
    Kind("accounts", frozenset({_A}), _accounts("checked"), {}, "/accounts/"),
    Kind("hospital_accounts", frozenset({_C}), _hospitals("requested"), _OF_HOSPITAL, _ACCOUNTS),
    Kind("hospital_accounts", frozenset({_A}), _hospitals("checked"), _OF_HOSPITAL, _ACCOUNTS),
    Kind(
        "close",
        frozenset({_C, _A}),
        "SELECT count(*), sum((c.totals ->> 'payable_fen')::bigint)::bigint, NULL::date"
        " FROM period_close c WHERE c.state = 'proposed' AND c.proposed_by <> %(reader)s"
        " AND NOT EXISTS (SELECT FROM unnest(c.area_codes) u (area_code) WHERE NOT ({scope}))",
        {"area": "u.area_code"},
        "/close/",
    ),
    Kind(
        "refused_rows",
        frozenset({_M, _H, _E}),
        "SELECT coalesce(sum(rejected_count), 0)::bigint, NULL::bigint, NULL::date FROM import_run"
        " WHERE imported_by = %(reader)s AND rejected_count > 0 AND imported_at > %(since)s",
        {},
        "/imports/",
    ),
    Kind(
        "failed_jobs",
        frozenset({*_AGENCY, _H, _E, Role.ADMINISTRATOR}),
        "SELECT count(*), NULL::bigint, NULL::date FROM job WHERE state = 'failed'"
        " AND requested_by = %(reader)s AND requested_at > %(since)s",
        {},
        "/jobs/?state=failed",
    ),
    Kind(
        "bounces",
        frozenset({_M, _H, _E}),
        "SELECT count(*), NULL::bigint, NULL::date FROM mail_bounce m"
        f" {mails.owner()} WHERE m.cleared_at IS NULL AND {{scope}}",
        {},
        "/bounces/",
        bound=mails.mine,
    ),
    Kind(
        "window_hospital",
        frozenset({_H}),
        _windows("w.party = 'hospital'"),
        _WINDOW,
        "/confirmations/?view=waiting&party=hospital",
    ),
    Kind(
        "window_enterprise",
        frozenset({_E}),
        _windows("w.party = 'enterprise'"),
        _WINDOW,
        "/confirmations/?view=waiting&party=enterprise",
    ),
    Kind(
        "disputes",
        frozenset({_M}),
        "SELECT count(*), sum(d.amount_fen)::bigint, min(d.due_on) FROM line_dispute d"
        " WHERE d.state = 'open' AND {scope}",
        {"area": "d.area_code"},
        "/confirmations/disputes/",
    ),
    Kind(
        "confirm_hospital",
        frozenset({_H}),
        _held("'waiting_hospital'"),
        HELD,
        "/confirmations/answer",
    ),
    Kind(
        "confirm_enterprise",
        frozenset({_E}),
        _held("'waiting_enterprise'"),
        HELD,
        "/confirmations/answer",
    ),
    Kind(
        "invoice",
        frozenset({_E}),
        _held("'invoice_missing', 'invoice_mismatch'"),
        HELD,
        "/holds/?reason=invoice_missing",
    ),
    Kind(
        "publication",
        frozenset({_M}),
        f"{_PUBLICATION} AND coalesce(p.state, '') <> 'reviewed'",
        {},
        "/overdue/publication/",
    ),
    Kind(
        "publication_review",
        frozenset({_C, _A, _S}),
        f"{_PUBLICATION} AND p.state = 'draft' AND p.drafted_by <> %(reader)s",
        {},
        "/overdue/publication/",
    ),
    Kind(
        "publication_publish",
        frozenset({_M}),
        f"{_PUBLICATION} AND p.state = 'reviewed'",
        {},
        "/overdue/publication/",
    ),
    Kind(
        "unconfirmed",
        frozenset({_M}),
        "SELECT count(*), sum(amount_fen)::bigint, min(sent_on) FROM payment_instruction"
        " WHERE state IN ('sent', 'unknown', 'accepted')",
        {},
        "/unconfirmed/",
        mine=False,
    ),
    Kind(
        "window_late",
        frozenset({_M, _S}),
        _windows("w.state = 'escalated'"),
        _WINDOW,
        "/confirmations/?view=late",
        mine=False,
    ),
    Kind(
        "wait_hospital",
        frozenset({_M, _S}),
        _held("'waiting_hospital'"),
        HELD,
        "/holds/?reason=waiting_hospital",
        mine=False,
    ),
    Kind(
        "wait_enterprise",
        frozenset({_M, _S}),
        _held("'waiting_enterprise'"),
        HELD,
        "/holds/?reason=waiting_enterprise",
        mine=False,
    ),
    Kind(
        "wait_review",
        frozenset({_M}),
        _sheets("'draft', 'in_review'"),
        SHEET,
        "/sheets/?state=draft",
        mine=False,
    ),
)
