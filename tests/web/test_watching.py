"""/ready, /metrics and the id of each request: what the outside may know of a running system."""

import re
from dataclasses import replace
from datetime import date

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models import origin
from models.records.base import db as handle
from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import jobs
from models.services.jobs import heartbeats
from models.services.status import vitals
from web.metrics import door, served
from web.metrics.door import may_read


@pytest.fixture(autouse=True)
def _anew():
    door.forget()
    yield
    door.forget()


def figures(client) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    door.forget()
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        family.name: {tuple(sorted(s.labels.items())): s.value for s in family.samples}
        for family in text_string_to_metric_families(answer.text)
    }


def test_a_web_process_is_ready_when_its_database_is_there_writable_and_migrated(app, monkeypatch):
    answer = app.test_client().get("/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert set(answer.json["checks"]) == {"database", "writable", "migrated"}
    monkeypatch.setattr("web.readiness.NEWEST", "9999_to_come")
    behind = app.test_client().get("/ready")
    assert behind.status_code == 503
    assert behind.json["checks"]["migrated"] is False
    assert behind.json["checks"]["database"] is True


def test_without_its_database_a_web_process_says_so_itself(app, monkeypatch, settings):
    client = app.test_client()
    kept = handle.database, dict(handle.connect_params)
    handle.close()
    handle.init("nowhere", host="127.0.0.1", port=1, connect_timeout=1)
    try:
        assert client.get("/ready").json["checks"]["database"] is False
        told = figures(client)
        assert told["zhijie_database_up"] == {(): 0.0}
        assert "zhijie_queue_jobs" not in told
        assert "zhijie_http_request_seconds" in told
    finally:
        handle.close()
        handle.database, handle.connect_params = kept
        handle.connect()


@pytest.mark.parametrize(
    ("token", "networks", "address", "shown", "is_read"),
    [
        ("", (), "127.0.0.1", "", False),
        ("", ("127.0.0.0/8",), "127.0.0.1", "", True),
        ("", ("127.0.0.0/8",), "10.1.1.1", "", False),
        ("", ("127.0.0.0/8",), "10.1.1.1", "Bearer ", False),
        ("s" * 40, (), "10.1.1.1", "Bearer " + "s" * 40, True),
        ("s" * 40, (), "10.1.1.1", "Bearer " + "t" * 40, False),
        ("s" * 40, (), "10.1.1.1", "Bearer ü", False),
        ("", ("127.0.0.0/8",), "", "", False),
    ],
)
def test_figures_are_for_whoever_has_the_token_or_comes_from_a_named_network(
    settings, token, networks, address, shown, is_read
):
    mine = replace(settings, metrics_token=token, metrics_networks=networks)
    assert may_read(mine, address, shown) is is_read


def test_in_production_figures_are_closed_until_somebody_opens_them(app, settings):
    app.config["SETTINGS"] = replace(settings, metrics_networks=())
    assert app.test_client().get("/metrics").status_code == 403


def test_figures_tell_queues_processes_and_how_fast_pages_answer(app, reader, city, tmp_path):
    reader("maker").get("/jobs/")
    jobs.enqueue(JobName.TIDY, {"on": date(2026, 11, 23)}, by="system")
    heartbeats.beat("worker:a:1", "worker", ["reports"], vitals.of_process())
    sql("UPDATE heartbeat SET seen_at = seen_at - interval '1 second'")
    handle.connection().commit()
    told = figures(app.test_client())
    assert told["zhijie_queue_jobs"][("queue", "reports"), ("state", "due")] == 1
    assert told["zhijie_queue_workers_alive"][("queue", "reports"),] == 1
    assert told["zhijie_queue_workers_alive"][("queue", "bank"),] == 0
    assert told["zhijie_processes_alive"][("kind", "relay"),] == 0
    assert told["zhijie_unknown_payments"] == {(): 0.0}
    assert all(value > 0 for value in told["zhijie_disk_free_bytes"].values())
    answered = told["zhijie_http_request_seconds"]
    assert any(("page", "jobs") in labels for labels in answered)


def test_the_counts_of_all_web_processes_of_a_host_are_added_up(tmp_path):
    other = served.Counts()
    other.add("sheets", "GET", 200, 0.2)
    other.add("sheets", "GET", 500, 99.0)
    (tmp_path / f"1{served.SUFFIX}").write_text(__import__("json").dumps(other.told()))
    (tmp_path / f"2{served.SUFFIX}").write_text("half a li")
    found = served.together(tmp_path).times["sheets|GET"]
    assert found[served.BOUNDS.index(0.2)] >= 1, "a bound holds what is exactly as slow"
    assert found[len(served.BOUNDS)] >= 1, "slower than all bounds"
    served.begin(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_request_and_the_jobs_it_asks_for_have_one_id(app, reader, city):
    maker = reader("maker")
    job = jobs.enqueue(JobName.TIDY, {"on": date(2026, 11, 23)}, by="maker")
    again = maker.post(f"/jobs/{job.id}/cancel")
    told = again.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", told)
    repeated = maker.post(f"/jobs/{job.id}/again")
    row = jobs.get(int(repeated.location.rsplit("/", 1)[1]))
    assert row.request_id == repeated.headers["X-Request-ID"] != told
    assert origin.request() == "", "the thread goes on without it"
    assert row.request_id in maker.get(f"/jobs/{row.id}").text
    found = maker.get(f"/jobs/?request={row.request_id}").text
    assert f'href="/jobs/{row.id}"' in found
    assert f'href="/jobs/{job.id}"' not in found


def test_an_id_is_taken_over_from_our_own_proxy_only(app, settings):
    client = app.test_client()
    ours = {"X-Request-ID": "0123456789abcdef0123456789abcdef"}
    assert client.get("/health", headers=ours).headers["X-Request-ID"] != ours["X-Request-ID"]
    app.config["SETTINGS"] = replace(settings, proxies=1)
    assert client.get("/health", headers=ours).headers["X-Request-ID"] == ours["X-Request-ID"]
    forged = {"X-Request-ID": "a b\tc=1 event=job.done"}
    assert client.get("/health", headers=forged).headers["X-Request-ID"] != forged["X-Request-ID"]


def test_the_status_page_is_for_those_who_look_after_the_system(reader, city):
    for kind in ("relay", "schedule"):
        heartbeats.beat(f"{kind}:a:1", kind, (), vitals.of_process())
    heartbeats.beat("worker:a:1", "worker", ["bank"], vitals.of_process())
    for role in Role:
        expected = 200 if role in {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR} else 403
        assert reader(role.value).get("/status/").status_code == expected, role
    job = jobs.enqueue(JobName.RISKS, {"on": date(2026, 11, 23)}, by="system")
    sql(
        "INSERT INTO schedule_run (task, tick, job_id, ran_at) VALUES"
        " ('risks_week', now(), %s, now()), ('tidy', now(), NULL, now())", (job.id,),
    )  # fmt: skip
    handle.connection().commit()
    page = reader("administrator").get("/status/").text
    assert f'<a href="/jobs/{job.id}">核查风险线索</a>' in page
    assert "worker:a:1" in page
    assert "无人处理：导入、结算" in page
    assert "没有转发进程" not in page
    heartbeats.gone("relay:a:1")
    worse = reader("administrator").get("/status/").text
    assert "没有转发进程：新任务不会开始。请启动 relay。" in worse
    assert 'href="/payments/' not in worse, "no link leads where the answer is no"
