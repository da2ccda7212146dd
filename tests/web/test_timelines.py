"""经过: what the trail holds of a subject, in its order, and nothing of a subject out of sight."""

import re

import pytest

from models.records.base import db, sql
from models.services import audit
from tests.factories import payments, receipts, work
from tests.factories.crowd import row
from tests.factories.sheets import ON
from web.admin import timeline_words


@pytest.fixture
def town(people_of_town):
    receipts.scheme()
    return people_of_town


def wrote(action: str, subject: str, *, actor: str = "maker", **facts: object) -> None:
    with db.atomic():
        audit.wrote(action, actor=actor, subject=subject, **facts)


def told(page: str) -> list[str]:
    return re.findall(r"</time></td><td>([^<]+?) <", page)


def test_a_hospitals_story_has_its_papers_and_no_others(reader, town):
    code, other = town.hospitals[0], town.hospitals[1]
    row("mandate", hospital_code=code, valid_from="2026-01-01", document_no="委1")
    wrote("mandate.registered", f"mandate:{code}:2026-01-01")
    wrote("mandate.registered", f"mandate:{other}:2026-01-01")
    wrote("hospital.joined", "hospitals:2", hospitals=[code, other], joined_on=ON)
    wrote("accounts.approved", "hospital", hospital_codes=[code], ids=[1], actor="checker1")
    wrote("accounts.approved", "hospital", hospital_codes=[other], ids=[2])
    wrote("master.changed", f"hospital:{code}", actor="maker")
    page = reader("supervisor").get(f"/timelines/hospital/{code}")
    assert page.status_code == 200
    assert told(page.text) == [
        "基础数据：已修改", "收款账户：已批准", "直接结算：已纳入", "委托书：已登记",
    ]  # fmt: skip


def test_a_seat_reads_its_own_story_without_the_names_of_the_agency(reader, town):
    code = town.hospitals[0]
    wrote("master.changed", f"hospital:{code}", actor="checker1", reason="内部说明")
    wrote("master.changed", f"hospital:{code}", actor="clinic", reason="本院说明")
    sql("UPDATE app_user SET full_name = '张复核' WHERE name = 'checker1'")
    page = reader("clinic").get(f"/timelines/hospital/{code}").text
    assert "本院说明" in page
    assert "经办机构" in page
    for hidden in ("张复核", "内部说明"):
        assert hidden not in page, hidden
    assert "张复核" in reader("maker").get(f"/timelines/hospital/{code}").text


def test_out_of_sight_there_is_no_story(reader, town):
    own, other = town.hospitals[0], town.hospitals[1]
    firm = town.enterprises[0]
    assert reader("clinic").get(f"/timelines/hospital/{other}").status_code == 404
    assert reader("clinic").get(f"/timelines/enterprise/{firm}").status_code == 404
    assert reader("firm").get(f"/timelines/enterprise/{firm}").status_code == 200
    assert reader("firm").get(f"/timelines/enterprise/{town.enterprises[1]}").status_code == 404
    assert reader("firm").get(f"/timelines/hospital/{own}").status_code == 404
    far = reader("county")
    for address in (f"hospital/{own}", "scheme/S1", "scheme/NOBODYS", "nonsense/1"):
        assert far.get(f"/timelines/{address}").status_code == 404, address
    assert reader("clinic").get("/timelines/scheme/S1").status_code == 404
    assert reader("administrator").get(f"/timelines/hospital/{own}").status_code == 404


def test_a_batch_tells_who_made_it_and_who_took_its_file(reader, town):
    work.drafts(town)
    payments.approve_all()
    payments.pay()
    number = work.batch_no()
    maker = reader("maker")
    maker.post(f"/batches/{number}/file")
    page = maker.get(f"/timelines/batch/{number}").text
    assert told(page) == ["付款批次：下载银行文件", "付款：生成付款文件"]
    assert reader("county").get(f"/timelines/batch/{number}").status_code == 404


def test_older_events_come_by_key(reader, town):
    code = town.hospitals[0]
    for place in range(60):
        wrote("master.changed", f"hospital:{code}", reason=f"第{place}次")
    maker = reader("maker")
    page = maker.get(f"/timelines/hospital/{code}").text
    assert "第59次" in page
    assert "第9次" not in page
    older = re.search(r'href="([^"]+before=\d+)"', page)[1]
    assert "第9次" in maker.get(older).text


def test_every_event_of_these_subjects_has_its_words(app):
    with app.test_request_context():
        for action in ("accounts.in_force", "excuse.granted", "measure.copied", "turnover.paid"):
            assert "：" in timeline_words.told(action), action
        assert timeline_words.told("something.new") == "something.new"


def test_the_pages_of_a_subject_lead_to_its_story(reader, town):
    code, firm = town.hospitals[0], town.enterprises[0]
    maker = reader("maker")
    for address, link in (
        (f"/hospitals/details/?id={code}", f"/timelines/hospital/{code}"),
        (f"/enterprises/details/?id={firm}", f"/timelines/enterprise/{firm}"),
        ("/schemes/S1", "/timelines/scheme/S1"),
        (f"/overdue/hospital/{code}", f"/timelines/hospital/{code}"),
    ):
        assert f'href="{link}"' in maker.get(address).text, address
        assert maker.get(link).status_code == 200
