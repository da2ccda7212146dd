"""The status page: what is good, what somebody looks at, what somebody does now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.records.base import sql
from models.services.jobs import heartbeats
from models.services.status import figures, judging, ticking, vitals
from models.services.status.judging import Level
from models.services.status.release import version


def told(found: figures.Figures) -> dict[str, Level]:
    return {sign.key: sign.level for sign in judging.signs(found)}


@pytest.fixture
def well(db):
    """The figures of a system in which everything runs."""
    queues = ["intake", "settlement", "bank", "alerts", "reports", "outward"]
    facts = vitals.of_process()
    for kind in ("web", "relay", "schedule"):
        heartbeats.beat(f"{kind}:a:1", kind, (), facts)
    heartbeats.beat("worker:a:1", "worker", queues, facts)
    found = figures.read()
    return replace(found, books_checked_at=found.at, books_broken=0)


def test_a_system_that_runs_is_good_in_every_point(well):
    assert set(told(well).values()) <= {Level.GOOD}, told(well)
    assert version().startswith("1.")


def test_what_is_missing_or_late_is_seen_and_the_worst_stands_first(well):
    silent = [replace(p, silent_seconds=99.0) if p.kind == "relay" else p for p in well.processes]
    lost = replace(well, processes=tuple(silent))
    assert (told(lost)["relay"], told(lost)["lost"]) == (Level.BAD, Level.LOOK)
    assert judging.signs(lost)[0].level is Level.BAD
    full = [replace(p, facts=p.facts | {"disk_free_bytes": 10, "disk_bytes": 1_000})
            for p in well.processes]  # fmt: skip
    assert told(replace(well, processes=tuple(full)))["disk"] is Level.BAD
    mixed = [replace(p, facts=p.facts | {"version": p.kind}) for p in well.processes]
    assert told(replace(well, processes=tuple(mixed)))["versions"] is Level.LOOK
    one = well.queues[0]
    changes = {
        "queues": {"queues": (replace(one, oldest_seconds=4_000.0),)},
        "lag": {"relay_lag_seconds": 61.0},
        "books_broken": {"books_broken": 1},
    }
    for key, change in changes.items():
        assert told(replace(well, **change))[key] is Level.BAD, key
    changes = {
        "unknown": {"unknown_payments": 1},
        "books": {"books_checked_at": well.at - timedelta(hours=27)},
        "books_never": {"books_checked_at": None},
        "mails": {"mails": well.mails | {"failed": 1}},
        "deliveries": {"dead_deliveries": 1},
        "failed": {"ended": (figures.Ended("pay", "failed", 1, 1.0),)},
        "statement": {"statement_on": (well.at - timedelta(days=11)).date()},
        "database": {"connections": 90, "connections_max": 100},
    }
    for key, change in changes.items():
        assert told(replace(well, **change))[key] is Level.LOOK, key
    unserved = replace(well, processes=well.processes[:3])
    assert told(unserved)["workers"] is Level.BAD


def test_the_last_tick_of_each_task_is_found_without_reading_the_ledger(db):
    sql(
        "INSERT INTO schedule_run (task, tick, ran_at)"
        " SELECT t, now() - n * interval '1 minute', now()"
        "   FROM unnest(ARRAY['send_mail', 'tidy', 'overdue']) t, generate_series(0, 500) n"
    )
    assert sorted(one.task for one in ticking.last_ticks()) == ["overdue", "send_mail", "tidy"]
    sql("ANALYZE schedule_run")
    plan = "\n".join(row[0] for row in sql("EXPLAIN " + ticking._LAST).fetchall())
    assert "Seq Scan on schedule_run" not in plan
