"""The programming interface: tokens, idempotency, verdicts, jobs."""

import json

import pytest

from models.records.access import ApiToken
from models.records.files import StoredFile
from models.records.intake import Confirmation
from models.records.jobs import Job
from models.rules.job_names import JobName
from models.services import files, jobs, users
from models.services.imports import run_import
from tests.factories import imports as world
from web.api import bodies

ADDRESS = "/api/v1/confirmations"
ROW = world.confirmation()


@pytest.fixture
def call(app, city):
    """Post as another system: call(body, key=…, by=…)."""
    world.send("purchases", [world.purchase()])
    tokens = {
        name: users.make_token(name, "test", by="administrator") for name in ("hospital", "checker")
    }
    client = app.test_client()

    def post(body, *, key="k1", by="hospital", kind=bodies.JSON, token=None):
        headers = {"Authorization": f"Bearer {token or tokens[by]}"}
        if key:
            headers["Idempotency-Key"] = key
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(ADDRESS, data=data, headers=headers, content_type=kind)

    post.client, post.tokens = client, tokens
    return post


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
    headers = {"Authorization": f"Bearer {call.tokens['hospital']}"}
    told = call.client.get(answer.json["status"], headers=headers).json
    assert (told["state"], told["result"]["accepted"], told["result"]["rejected"]) == ("done", 1, 1)
    errors = call.client.get(told["error_file"], headers=headers)
    assert "unknown_reference" in errors.data.decode("utf-8-sig")


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


def test_a_call_needs_a_live_token_and_a_key(call):
    assert call([ROW], token="zj_nonsense").status_code == 401
    assert call([ROW], key="").status_code == 400
    assert call([ROW], key="x" * 201).status_code == 400
    ApiToken.update(revoked_at=world.sql("SELECT now()").fetchone()[0]).execute()
    refused = call([ROW])
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_role_that_may_not_import_is_refused(call):
    assert call([ROW], by="checker").status_code == 403


def test_a_session_of_a_browser_opens_no_interface(call, reader):
    assert reader("maker").client.post(ADDRESS, json=[ROW]).status_code == 401


def test_jobs_of_others_do_not_exist(call, reader):
    with world.db.atomic():
        stored = files.store("x.csv", [b"x"], by="maker", kind="upload")
        job = jobs.enqueue(
            JobName.IMPORT_DATA, {"kind": "areas", "file_id": stored.id, "on": world.ON}, by="maker"
        )
    headers = {"Authorization": f"Bearer {call.tokens['hospital']}"}
    assert call.client.get(f"/api/v1/jobs/{job.id}", headers=headers).status_code == 404
