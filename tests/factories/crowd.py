"""A city with one paper of every kind, and strangers who must not find any of them."""

import json
from typing import Any

from models.records import ALL
from models.records.base import db, sql
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import access, files, jobs, offsets, users
from tests.factories import funding, payments, prepaid, receipts, sheets, work
from tests.factories.sheets import CITY, MAKER, ON, OTHER_CITY, PERIOD

#: Role → its stranger, who has rows of his own and none of the city's.
STRANGERS = {
    Role.MAKER: "far_maker",
    Role.CHECKER: "far_checker",
    Role.APPROVER: "far_approver",
    Role.SUPERVISOR: "far_supervisor",
    Role.AUDITOR: "far_auditor",
    Role.HOSPITAL: "far_clinic",
    Role.ENTERPRISE: "far_firm",
}
_TOTALS = ("sheets", "lines", "received_fen", "returned_fen", "adjusted_fen", "payable_fen",
           "paid_fen", "offset_fen", "offset_carried_fen")  # fmt: skip
_PLAIN = {"JSONB": "{}", "DATE": ON, "TIMESTAMPTZ": f"{ON} 09:00+08", "BOOL": False}


def strangers(made: sheets.City) -> None:
    """A user of each role in the other city, in its hospital, and in another enterprise."""
    for role, name in STRANGERS.items():
        seat = {Role.HOSPITAL: made.hospitals[2], Role.ENTERPRISE: made.enterprises[1]}.get(role)
        area = access.ALL_AREAS if seat else OTHER_CITY
        users.create(name, role, area, party_code=seat)


def papers(made: sheets.City) -> dict[str, str]:
    """Make one of everything for the first hospital and enterprise; return name → key."""
    hospital, enterprise = made.hospitals[0], made.enterprises[0]
    told = {"hospital_code": hospital, "enterprise_code": enterprise, "period": PERIOD}
    prepaid.scheme()
    told["scheme"] = "S1"
    told["line_no"] = receipts.receipt(hospital, enterprise, 100_00)
    told |= _money(hospital, enterprise) | _asked(hospital, enterprise) | _work(made)
    funding.fund(PERIOD, hospital, 100_00)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    return told


def _money(hospital: str, enterprise: str) -> dict[str, str]:
    sheet = sheets.sheet(hospital, enterprise, 120_00)
    payments.approve_all()
    payments.pay()
    reference, _fen, _state = payments.orders()[0]
    payments.released(reference)
    order = sql("SELECT id FROM payment_instruction").fetchone()[0]
    case = row(
        "payment_exception", kind="returned", instruction_id=order, amount_fen=1,
        evidence="bank_result:1:1",
    )  # fmt: skip
    inquiry = row(
        "bank_inquiry", instruction_id=order, answer="not_received", words="未收到",
        recorded_by="maker",
    )  # fmt: skip
    prepaid.voucher(hospital, 1_000_00)
    return {
        "sheet_no": work.number(sheet),
        "batch_no": work.batch_no(),
        "reference": reference,
        "reissue": "CF0",
        "case_id": str(case),
        "inquiry": str(inquiry),
    }


def _asked(hospital: str, enterprise: str) -> dict[str, str]:
    party = {"hospital_code": hospital, "area_code": CITY}
    line = sql("SELECT line_no FROM purchase_line LIMIT 1").fetchone()[0]
    row("mandate", hospital_code=hospital, valid_from="2026-01-01", document_no="委1")
    row(
        "turnover_grant", **party, turnover_no="ZZ1", year=2026, scheme_code="S1",
        scheme_from="2026-01-01", base_from="2025-01", base_to="2025-12", base_months=12,
        base_fen=12_00, drug_bp=1000, consumable_bp=1000, drug_fen=1_00, consumable_fen=0,
        amount_fen=1_00, state="applied", applied_by="maker",
    )  # fmt: skip
    row(
        "round_prepayment", **party, prepayment_no="JC1", round_code="N1", year=2026,
        agreed_fen=10_00, ratio_bp=3000, gross_fen=3_00, already_fen=0, amount_fen=3_00,
        destination="hospital", state="proposed", proposed_by="maker",
    )  # fmt: skip
    row(
        "money_request", **party, request_no="TZ1", kind="collection", amount_fen=1_00,
        received_fen=0, due_on=ON, asked_on=ON, asked_by="maker", state="asked",
    )  # fmt: skip
    row(
        "subledger_closing", **party, closing_no="XH1", reason="改用抵扣", state="asked",
        asked_by="maker", finish_on=ON,
    )  # fmt: skip
    dispute = row(
        "line_dispute", **party, line_no=line, party="hospital", enterprise_code=enterprise,
        amount_fen=1_00, claimed_fen=50, state="open",
    )  # fmt: skip
    contact = row(
        "contact", party_kind="hospital", party_code=hospital, name="王", email="w@x.cn",
        topics=["overdue"], language="zh", file_format="csv", changed_by="maker",
    )  # fmt: skip
    excused = {**party, "enterprise_code": enterprise, "line_no": line}
    row(
        "line_excuse", **excused, request_no="MC1", responsible="hospital", party_code=hospital,
        unpaid_fen=1_00, reason="disputed", state="asked", asked_by="maker",
    )  # fmt: skip
    of_party = {"party_kind": "hospital", "party_code": hospital, "area_codes": [CITY]}
    promise = row(
        "acknowledgement", **of_party, channel="phone", said_by="李", reference="10:00",
        lines_count=1, unpaid_fen=1_00, made_by="maker",
    )  # fmt: skip
    measure = row(
        "measure", **of_party, measure_no="YT1", kind="bulletin", state="issued", words="通报",
        lines_count=1, unpaid_fen=1_00, interest_fen=0, days_late_max=1, made_by="maker",
    )  # fmt: skip
    account = dict.fromkeys(("account_no", "account_name", "bank_name"), "6200")
    account["cnaps_code"] = "105100000017"
    change = {"after": json.dumps(account), "source": "page", "reviews_needed": 1,
              "cooling_days": 0, "requested_by": "maker", "state": "requested"}  # fmt: skip
    of_hospital = row("hospital_account_change", hospital_code=hospital, **change)
    of_enterprise = row("account_change", credit_code=enterprise, **change)
    return {
        "day": "2026-01-01",
        "turnover_no": "ZZ1",
        "prepayment_no": "JC1",
        "request_no": "TZ1",
        "closing_no": "XH1",
        "dispute_id": str(dispute),
        "contact_id": str(contact),
        "excuse_no": "MC1",
        "promise": str(promise),
        "measure": str(measure),
        "hospital_change": str(of_hospital),
        "enterprise_change": str(of_enterprise),
    }


def _work(made: sheets.City) -> dict[str, str]:
    with db.atomic():
        job = jobs.enqueue(JobName.OVERDUE_FIGURES, {"on": ON}, by="maker")
        stored = files.store("明细.csv", [b"line_no\n"], by="maker", kind="upload")
    row(
        "import_run", kind="purchases", file_id=stored.id, error_file_id=stored.id, job_id=job.id,
        imported_by="maker",
    )  # fmt: skip
    mail = row(
        "mail", party_kind="hospital", party_code=made.hospitals[0], state="waiting",
        to_address="h@x.cn", subject="逾期", kind="overdue",
    )  # fmt: skip
    draft = row(
        "scheme_draft", scheme_code="S2", area_code=CITY, valid_from="2026-05-01", makers=["maker"],
        state="draft", cells="{}", revision=1, reason="",
    )  # fmt: skip
    close = row(
        "period_close", close_no="GZ1", period=PERIOD, area_code=CITY, area_codes=[CITY],
        totals=json.dumps(dict.fromkeys(_TOTALS, 1)), points="[]", content_hash="0" * 64,
        proposed_by="maker", state="proposed",
    )  # fmt: skip
    result = row("bank_result_file", file_id=stored.id, profile_code="plain", imported_by="maker")
    publication = row(
        "overdue_publication", year=2025, area_code=CITY, version=1, state="draft",
        drafted_by="maker", content_hash="0" * 64, own_fault_lines=0, own_fault_fen=0,
    )  # fmt: skip
    run = sql("SELECT max(id) FROM import_run").fetchone()[0]
    return {
        "job_id": str(job.id),
        "file_id": str(stored.id),
        "run_id": str(run),
        "mail_id": str(mail),
        "draft_id": str(draft),
        "close_no": "GZ1" if close else "",
        "result_id": str(result),
        "publication_id": str(publication),
    }


def row(table: str, **told: Any) -> Any:
    """Insert a row as it is told, the rest of its columns plain; return its first column."""
    record = next(one for one in ALL if one._meta.table_name == table)
    for field in record._meta.sorted_fields:
        known = field.column_name in told or field.null or field.default is not None
        if known or "AUTO" in field.field_type:
            continue
        kind = field.field_type.split()[0]
        told[field.column_name] = _PLAIN.get(kind, 0 if "INT" in kind else "-")
    names = ", ".join(told)
    marks = ", ".join(["%s"] * len(told))
    first = record._meta.sorted_fields[0].column_name
    made = sql(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {first}", [*told.values()]
    )
    return made.fetchone()[0]
