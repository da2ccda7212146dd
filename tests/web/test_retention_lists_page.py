"""留用公示与拨付: drafted, published and granted by different people, ordered by the maker."""

from datetime import timedelta

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories import payments as bank
from tests.factories import retention, work
from tests.factories.sheets import PERIOD
from tests.web.conftest import fields

HOME = "/retention-lists/"


@pytest.fixture
def town(people_of_town):
    """A declared amount of 441.00 and one of a hospital that only appealed."""
    made = people_of_town
    work.drafts(made)
    retention.bound(*made.hospitals)
    key = retention.figures(made.hospitals[0], 441_00)
    retention.declare(key)
    database.connection().commit()
    return made


def number() -> str:
    return str(sql("SELECT publicity_no FROM retention_publicity").fetchone()[0])


def confirm(client, path: str, **more: str):
    """Look at the check page and make the second request of it."""
    shown = fields(client.get(path).text)
    return client.post(path, selection_hash=shown["selection_hash"], **more)


def over() -> None:
    """Let the days of publicity lie in the past."""
    sql("ALTER TABLE retention_publicity DISABLE TRIGGER USER")
    sql("UPDATE retention_publicity SET published_on = published_on - 9, until_on = until_on - 9")
    sql("ALTER TABLE retention_publicity ENABLE TRIGGER USER")
    database.connection().commit()


def test_an_amount_goes_through_four_hands_to_the_bank(reader, town):
    maker, checker, approver = reader("maker"), reader("checker1"), reader("checker2")
    page = maker.get(f"{HOME}new?period={PERIOD}").text
    assert "可以列入" in page
    assert "441.00" in page
    shown = fields(page)
    sent = maker.post(f"{HOME}new", selection_hash=shown["selection_hash"], period=PERIOD, area="")
    assert sent.status_code == 303
    one = f"{HOME}{number()}"
    assert "另一人" in maker.get(one).text
    assert maker.get(f"{one}/publish").status_code in {403, 404}
    assert reader("clinic").get(one).status_code == 404, "a draft is not public"
    assert confirm(checker, f"{one}/publish").status_code == 303
    assert "公示中" in reader("clinic").get(one).text
    assert "现在不能办理" in approver.get(f"{one}/grant").text, "the days are not over"
    over()
    assert confirm(approver, f"{one}/grant").status_code == 303
    assert "待拨付" in maker.get(one).text
    sent = confirm(maker, f"{one}/pay", profile=bank.PROFILE)
    assert sent.status_code == 303
    job = sql("SELECT name, args ->> 'publicity_no' FROM job ORDER BY id DESC LIMIT 1").fetchone()
    assert job == ("retention_pay", number())
    retention.pay(number())
    database.connection().commit()
    page = maker.get(one).text
    assert "银行处理中" in page
    assert "/payments/ZJ" in page
    assert "/batches/PC" in page
    reference = bank.orders()[0][0]
    assert reader("clinic").get(f"/payments/{reference}").status_code == 200
    assert reader("county").get(f"/payments/{reference}").status_code == 404
    batch = sql("SELECT batch_no FROM payment_batch").fetchone()[0]
    for path in (f"/payments/{reference}", "/payments/?view=all", f"/batches/{batch}"):
        assert "441.00" in maker.get(path).text, path
    assert maker.get("/returns/").status_code == 200
    assert maker.get("/unconfirmed/").status_code == 200


def test_the_table_of_publicity_and_an_amount_taken_out(reader, town):
    maker, checker = reader("maker"), reader("checker1")
    listed = retention.published(on=retention.ON - timedelta(days=1))
    database.connection().commit()
    one = f"{HOME}{listed}"
    table = checker.get(f"{one}/file?format=csv").text
    assert "完成品规数" in table
    assert "441.00" in table
    assert "95" in table
    assert checker.get(f"{one}/file").data[:2] == b"PK"
    printed = checker.get(f"{one}?print=1").text
    assert "集采结余留用公示表" in printed
    assert "异议" in printed
    assert "撤出" not in printed
    grant = sql("SELECT grant_no FROM retention_grant").fetchone()[0]
    path = f"{one}/out/{grant}"
    assert reader("clinic").get(path).status_code in {403, 404}
    assert confirm(checker, path, reason=" ").status_code == 422
    assert confirm(checker, path, reason="考核分有误").status_code == 303
    assert "考核分有误" in maker.get(one).text
    assert reader("firm").get(HOME).status_code in {403, 404}
    assert listed in reader("auditor").get(HOME).text
    assert confirm(maker, f"{one}/withdraw", reason="重做").status_code == 303
    assert "重做" in maker.get(one).text


def test_the_proposal_of_inputs_and_the_tiers_of_a_city_are_files_to_import(reader, town):
    maker = reader("maker")
    sql("INSERT INTO reported_quantity VALUES (%s, 'N1', 'P1', 120, 84)", (town.hospitals[0],))
    database.connection().commit()
    page = maker.get(f"/retention-inputs/?period={PERIOD}&round=N1").text
    assert "120 " in page or "84 / 0" in page
    told = maker.get(f"/retention-inputs/file?period={PERIOD}&round=N1&format=csv").text
    assert "采购量基数" in told
    assert "不考核原因" in told
    tiers = maker.get("/retention-inputs/tiers/yibin").text
    assert "65,4000" in tiers
    assert maker.get("/retention-inputs/tiers/nowhere").status_code == 404
    assert reader("checker1").get("/retention-inputs/").status_code == 403
