"""A forged number, area, party or hidden field: nothing changes, nothing of others is seen."""

import io
import zipfile
from typing import Any

import pytest
from flask import Flask

from models.records import ALL
from models.records.access import User
from models.records.base import sql
from models.rules.words import Role
from tests.factories import crowd, payments, sheets
from web import guard, routes

#: Words in an address that name no row.
WORDS = {"move": "close", "act": "withdraw", "way": "on", "kind": "csv", "export_type": "csv",
         "suffix": "csv", "number": "1", "word_id": "1", "file_id": "1", "key": "1",
         "enterprise_code": sheets.credit_code(1), "filename": "x"}  # fmt: skip
#: Which paper a word of an address names, where its own name does not say it.
NAMES = {
    ("accounts", "change_id"): "enterprise_change",
    ("hospital_accounts", "change_id"): "hospital_change",
    ("excuses", "request_no"): "excuse_no",
    ("returns", "request_no"): "reissue",
    ("payments", "number"): "inquiry",
    ("promises", "number"): "promise",
    ("measures", "number"): "measure",
    ("round_prepayments", "number"): "prepayment_no",
    ("imports", "file_id"): "file_id",
    ("results", "file_id"): "result_id",
    ("schemes", "code"): "scheme",
    ("overdue", "code"): "hospital_code",
}
#: Written by coming in and by being refused, or figures that any reader brings up to date.
OF_COMING_IN = {
    "app_user", "audit_event", "user_session", "sign_in_attempt", "second_factor", "password_used",
    "job", "heartbeat", "open_line", "open_line_later", "open_line_change", "open_line_state",
}  # fmt: skip
#: An enterprise serves every area: whoever works in an agency knows all of them.
KNOWN_TO_AGENCIES = {"overdue.enterprise", "accounts.approve", "accounts.reject", "accounts.stop",
                     "accounts.withdraw", "accounts.evidence"}  # fmt: skip


@pytest.fixture
def papers(people_of_town, password_hash) -> dict[str, str]:
    crowd.strangers(people_of_town)
    User.update(password_hash=password_hash).execute()
    return crowd.papers(people_of_town)


def addresses(app: Flask, papers: dict[str, str]) -> list[tuple[str, str, str]]:
    """Method, address and endpoint of everything that names a row of the city."""
    found = []
    for rule in app.url_map.iter_rules():
        route = guard.stated(app, rule.endpoint)
        bound = set(route.rows) & set(routes.AREA + routes.HOSPITAL + routes.ENTERPRISE)
        if not rule.arguments or not (bound or routes.OWN in route.rows):
            continue
        view = rule.endpoint.rpartition(".")[0]
        if route.page is None or rule.endpoint.rpartition(".")[2] in routes.OF_LISTS:
            continue
        keys = {name: NAMES.get((view, name), name) for name in rule.arguments}
        if not any(key in papers for key in keys.values()):
            continue
        words = {n: sorted(c.items)[0] for n, c in rule._converters.items() if hasattr(c, "items")}
        told = {
            name: words.get(name) or papers.get(key) or WORDS.get(name, "1")
            for name, key in keys.items()
        }
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, told)
        found += [(m, address, rule.endpoint) for m in ("GET", "POST") if m in rule.methods]
    return found


def state() -> dict[str, Any]:
    """What every table holds, of those that coming in does not write."""
    return {
        name: sql(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {name} t").fetchone()
        for record in ALL
        if (name := record._meta.table_name) not in OF_COMING_IN
    }


def forged(papers: dict[str, str]) -> dict[str, str]:
    """Every field a form could have, filled with what is not the reader's."""
    hospital = papers["hospital_code"]
    return papers | {
        "hospital": hospital, "code": hospital, "who": "hospital", "party": "hospital",
        "party_code": hospital, "area": sheets.CITY, "area_code": sheets.CITY, "role": "maker",
        "enterprise": papers["enterprise_code"], "credit_code": papers["enterprise_code"],
        "line": papers["line_no"], "sheet": "1", "sheets": "1", "id": "1",
        "case": papers["case_id"],
        "action": "approve", "decision": "confirm", "reason": "-", "amount": "1.00",
        "voucher_no": "X", "selection_hash": "0" * 64, "actor": "maker", "by": "maker",
    }  # fmt: skip


def readable(content: bytes) -> str:
    """The words of a page or file, those of a workbook unpacked."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("role", list(crowd.STRANGERS))
def test_a_strangers_number_is_found_on_no_road_and_nothing_changes(app, reader, papers, role):
    somebody, fields = reader(crowd.STRANGERS[role]), forged(papers)
    token, before, wrong = somebody.token("/me"), state(), {}
    for method, address, endpoint in addresses(app, papers):
        if endpoint in KNOWN_TO_AGENCIES and role not in {Role.HOSPITAL, Role.ENTERPRISE}:
            continue
        told = fields | {"csrf_token": token}
        answer = somebody.client.open(address, method=method, data=told if method == "POST" else {})
        if answer.status_code not in {403, 404}:
            wrong[f"{method} {address}"] = answer.status_code
    assert wrong == {}
    assert state() == before


def test_the_papers_are_there_for_their_own_readers(app, reader, papers):
    """Otherwise nobody's not finding them would mean anything."""
    found = set()
    for name in ("maker", "clinic", "firm"):
        somebody = reader(name)
        for method, address, endpoint in addresses(app, papers):
            if method == "GET" and somebody.get(address).status_code in {200, 302, 422}:
                found.add(endpoint)
    assert len(found) > 50, sorted(found)
    for one in ("sheets.one", "payments.one", "batches.one", "mails.one", "jobs.one", "close.one",
                "turnover.one", "money_requests.one", "excuses.one", "promises.one",
                "measures.one", "contacts.one", "mandates.one", "exceptions.one", "disputes.one",
                "schemes.draft", "subledgers.one", "offsets.statement", "results.one",
                "closings.one", "round_prepayments.one", "imports.errors"):  # fmt: skip
        assert one in found, one


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("role", list(crowd.STRANGERS))
def test_no_list_shows_or_takes_what_is_not_the_readers(app, reader, papers, role):
    somebody, fields = reader(crowd.STRANGERS[role]), forged(papers)
    token, before, wrong = somebody.token("/me"), state(), {}
    secrets = {papers[name] for name in (
        "hospital_code", "line_no", "sheet_no", "batch_no", "reference", "turnover_no",
        "prepayment_no", "closing_no", "excuse_no", "close_no",
    )} | {payments.orders()[0][0]}  # fmt: skip
    query = {k: v for k, v in fields.items() if k not in {"action", "selection_hash", "line"}}
    for rule in app.url_map.iter_rules():
        route = guard.stated(app, rule.endpoint)
        if rule.arguments or route.page is None or rule.endpoint == "find.index":
            continue
        if "GET" in rule.methods:
            for asked in ({}, query):
                page = somebody.get(rule.rule, query_string=asked)
                # What was asked for may stand in the query bar again; what was found may not.
                told = secrets - set(asked.values())
                seen = [one for one in told if one in readable(page.data)]
                if seen or (asked and page.status_code >= 500):
                    wrong[f"GET {rule.rule} {len(asked)}"] = seen or page.status_code
        if "POST" in rule.methods:
            answer = somebody.client.post(rule.rule, data=fields | {"csrf_token": token})
            if answer.status_code >= 500:
                wrong[f"POST {rule.rule}"] = answer.status_code
    assert wrong == {}
    changed = [name for name, held in state().items() if held != before[name]]
    assert changed == []


@pytest.mark.parametrize("role", [Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE])
def test_a_row_of_master_data_out_of_sight_has_no_details_and_no_form(reader, papers, role):
    somebody, before = reader(crowd.STRANGERS[role]), state()
    rows = {
        "hospitals": papers["hospital_code"],
        "areas": sheets.CITY,
        "agencies": f"A{sheets.PROVINCE}",
    }
    if role is not Role.MAKER:
        rows["enterprises"] = papers["enterprise_code"]
    token = somebody.token("/me")
    for name, key in rows.items():
        for page in ("details", "edit"):
            status = somebody.get(f"/{name}/{page}/?id={key}").status_code
            assert status == 404 if role is Role.MAKER else status in {403, 404}, (name, page)
        told = {"csrf_token": token, "id": key, "email": "x@x.cn", "name": "改名"}
        for action in (f"edit/?id={key}", "delete/", "action/", "ajax/update/", "new/"):
            answer = somebody.client.post(f"/{name}/{action}", data=told)
            assert answer.status_code in {200, 403, 404}, (name, action)
        assert somebody.get(f"/{name}/ajax/lookup/?name=x&query={key}").status_code in {403, 404}
    assert state() == before
