"""Delivery reports taken in by the command line."""

import json
from datetime import date

from models.records.base import db as database
from models.services import notifications
from models.services.notifications import Notice, Rendered
from scripts import bounce
from tests.factories import sheets
from tests.workers import reports


def test_reports_are_recorded_and_what_is_none_is_named(db, tmp_path, capsys, environ):
    city = sheets.city()
    with database.atomic():
        number = notifications.record(
            Notice(
                "overdue", "hospital", city.hospitals[0], "gone@x.cn", date(2026, 7, 1), "k", {}
            ),
            lambda *_: Rendered("s", "t", "<p>"),
            by="system",
        )
        database.execute_sql("UPDATE mail SET state = 'sent'")
    good, bad = tmp_path / "good.eml", tmp_path / "bad.eml"
    good.write_bytes(reports.postfix(number, "gone@x.cn"))
    bad.write_bytes(b"hello")
    assert bounce.main([str(good), str(bad), str(tmp_path / "none.eml"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["reports"], told["addresses"], told["known"]) == (1, 1, 0)
    assert [one["code"] for one in told["refused"]] == ["no_delivery_report", "file_not_readable"]
    assert bounce.main([str(good), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["known"] == 1
