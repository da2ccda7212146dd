"""Rows of other systems: each request once, a verdict on each row, long ones as jobs."""

import json
import threading

import pytest

from models.records.api import ApiRequest
from models.records.files import StoredFile
from models.records.intake import Confirmation
from models.records.jobs import Job
from models.rules.job_names import JobName
from models.services import files, jobs
from models.services.imports import run_import
from tests.factories import imports as world
from web.api import bodies

ROW = world.confirmation()


@pytest.fixture
def call(hospital):
    """Send confirmations as the hospital's system: call(body, key=…, kind=…)."""

    def send(body, **how):
        return hospital.send("confirmations", body, **how)

    send.system = hospital
    return send


def test_json_is_answered_with_the_verdict_on_each_row(call):
    answer = call([ROW, ROW | {"line_no": "L9"}])
    assert answer.status_code == 200
    told = answer.json
    assert (told["rows"], told["accepted"], told["rejected"]) == (2, 1, 1)
    assert told["errors"][0]["row"] == 2
    assert told["errors"][0]["error_codes"] == ["unknown_reference"]
    assert Confirmation.select().count() == 1


def test_the_same_key_and_content_gets_the_first_answer_again(call):
    assert call([ROW]).json == call([ROW]).json
    assert Confirmation.select().count() == 1


def test_the_same_key_with_other_content_is_a_conflict(call):
    call([ROW])
    clash = call([ROW | {"amount_yuan": "1.00"}])
    assert clash.status_code == 409
    assert clash.json["code"] == "idempotency_key_reused"


def test_amounts_never_pass_through_a_float(call):
    exact = b"[%s]" % json.dumps(ROW).encode().replace(b'"123.45"', b"123.45")
    assert call(exact).json["accepted"] == 1
    assert call(exact.replace(b"123.45", b"123.450000000000001"), key="k2").json["by_code"] == {
        "too_many_decimals": 1
    }


def test_ndjson_is_queued_as_an_import_and_can_be_followed(call):
    lines = b"".join(json.dumps(ROW | {"line_no": n}).encode() + b"\n" for n in ("L1", "L9"))
    answer = call(lines, kind=bodies.NDJSON)
    assert answer.status_code == 202
    assert answer.json["rows"] == 2
    again = call(lines, kind=bodies.NDJSON)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (answer.json, "true")
    assert Job.select().count() == 1
    assert call(lines + lines, kind=bodies.NDJSON).status_code == 409
    jobs.run(answer.json["job"], run_import)
    told = call.system.get(answer.json["status"]).json
    assert (told["state"], told["result"]["accepted"], told["result"]["rejected"]) == ("done", 1, 1)
    errors = call.system.get(told["error_file"])
    assert "unknown_reference" in errors.data.decode("utf-8-sig")
    assert [job["id"] for job in call.system.get("/api/v1/jobs").json["items"]] == [told["id"]]


def test_a_broken_line_leaves_nothing_behind(call):
    before = StoredFile.select().count()
    answer = call(json.dumps(ROW).encode() + b"\n{broken\n", kind=bodies.NDJSON)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_json")
    assert "第 2 行" in answer.json["error"]
    assert (Job.select().count(), StoredFile.select().count()) == (0, before)
    assert call(json.dumps(ROW).encode(), kind=bodies.NDJSON).status_code == 202


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[1]", bodies.JSON, 400),
        (b"nonsense", bodies.JSON, 400),
        (b"[NaN]", bodies.JSON, 400),
        (b"[" * 100_000, bodies.JSON, 400),
        (b'[{"line_no": {}}]', bodies.NDJSON, 400),
        (b'{"line_no": {}}', bodies.NDJSON, 400),
        (b'{"colour": 1}', bodies.NDJSON, 422),
        (b"x" * (bodies.LINE_BYTES_MAX + 70_000), bodies.NDJSON, 400),
        (b"a,b", "text/csv", 415),
    ],
)
def test_a_bad_body_gets_its_status(call, body, kind, status):
    answer = call(body, kind=kind)
    assert answer.status_code == status
    assert answer.json["error"]


def test_a_request_needs_its_own_name(call):
    for key in ("", "x" * 201):
        refused = call([ROW], key=key)
        assert (refused.status_code, refused.json["code"]) == (400, "idempotency_key_needed")


@pytest.mark.parametrize(
    ("role", "table", "row", "code"),
    [
        ("hospital", "invoices", world.invoice(), "not_allowed"),
        ("hospital", "schemes", world.SCHEME_ROW, "not_allowed"),
        ("auditor", "purchases", world.purchase("L2"), "not_allowed"),
        ("maker", "nonsense", {}, "http_404"),
    ],
)
def test_a_table_beyond_the_role_is_refused(system, role, table, row, code):
    refused = system(role).send(table, [row])
    assert refused.json["code"] == code
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("role", "table", "row"),
    [
        ("maker", "purchases", world.purchase("L2")),
        ("hospital", "purchases", world.purchase("L2")),
        ("enterprise", "invoices", world.invoice()),
        ("maker", "products", world.PRODUCT_ROW),
    ],
)
def test_every_table_of_the_role_is_taken(hospital, system, role, table, row):
    told = system(role).send(table, [row])
    assert (told.status_code, told.json["rejected"]) == (200, 0), told.json


def test_a_seat_speaks_for_itself_only(hospital, system):
    told = hospital.send("purchases", [world.purchase("L7", hospital_code=world.OTHER_HOSPITAL)])
    assert told.json["rejected"] == 1
    told = hospital.send("confirmations", [ROW | {"party": "enterprise"}], key="k2")
    assert told.json["rejected"] == 1


def test_a_permission_may_be_narrower_than_the_role(system):
    system_ = system(permissions=["send:purchases", "read:lines"])
    refused = system_.send("confirmations", [ROW])
    assert (refused.status_code, refused.json["code"]) == (403, "permission_missing")
    assert system_.get("/api/v1/sheets").status_code == 403


def test_a_new_key_of_the_institution_knows_the_requests_of_the_old_one(call, system):
    first = call([ROW])
    again = system().send("confirmations", [ROW])
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert ApiRequest.select().count() == 1


def test_two_requests_at_once_with_one_key_are_one_change(app, call):
    answers = []
    lines = json.dumps(ROW).encode()

    def post():
        answers.append(call(lines, kind=bodies.NDJSON))

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.json["job"] for answer in answers} == {1}
    assert Job.select().count() == 1


def test_half_a_letter_is_a_refusal(call):
    for number, kind in enumerate((bodies.NDJSON, bodies.JSON)):
        body = json.dumps(ROW | {"reason": "\ud800"}).encode()
        answer = call(body, kind=kind, key=f"k{number}")
        assert answer.status_code in {200, 400}
    odd = b'{"\\ud800": 1}'
    assert call(odd, kind=bodies.NDJSON, key="k3").json["code"] == "unknown_field"


def test_sentences_come_in_english_when_asked_for(call):
    refused = call(b"nonsense", **{"Accept-Language": "en"})
    assert refused.json["detail"].startswith("Line 1 of the body")
    assert refused.json["error"] == refused.json["detail"]


def test_jobs_of_others_do_not_exist(call):
    with world.db.atomic():
        stored = files.store("x.csv", [b"x"], by="maker", kind="upload")
        job = jobs.enqueue(
            JobName.IMPORT_DATA, {"kind": "areas", "file_id": stored.id, "on": world.ON}, by="maker"
        )
    hidden = call.system.get(f"/api/v1/jobs/{job.id}")
    assert (hidden.status_code, hidden.json["code"]) == (404, "http_404")
    assert call.system.get("/api/v1/jobs").json == {"items": [], "next": None}


@pytest.mark.parametrize("kind", [bodies.JSON, bodies.NDJSON])
def test_a_body_that_is_too_large_is_refused_as_such(app, call, kind):
    app.config["MAX_CONTENT_LENGTH"] = 100
    refused = call([ROW] if kind == bodies.JSON else json.dumps(ROW).encode(), kind=kind)
    assert (refused.status_code, refused.json["code"]) == (413, "http_413")
    assert Job.select().count() == 0


def test_a_method_or_address_that_is_none_is_a_problem_too(call):
    client, headers = call.system.client, call.system.headers()
    for answer, code in (
        (client.delete("/api/v1/confirmations", headers=headers), "http_405"),
        (client.get("/api/v1/nonsense", headers=headers), "http_405"),
        (client.get("/api/v2/sheets", headers=headers), "http_404"),
        (client.get("/api/v1/sheets/x/y", headers=headers), "http_404"),
    ):
        assert (answer.json["code"], answer.mimetype) == (code, "application/problem+json")
