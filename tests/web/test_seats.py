"""Seats: an enterprise takes its advices and lists itself, and nothing of anybody else."""

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories import payments, work


@pytest.fixture
def paid(people_of_town):
    """Two enterprises were paid; the second one is not the reader's."""
    made = people_of_town
    work.drafts(made)
    payments.approve_all()
    payments.pay()
    database.connection().commit()
    found = sql("SELECT enterprise_code, reference FROM payment_instruction ORDER BY id").fetchall()
    return dict(found), made


def test_an_enterprise_prints_the_advice_of_its_payment(reader, paid):
    references, made = paid
    page = reader("firm").get(f"/my-payments/advice/{references[made.enterprises[0]]}").text
    for told in ("付款通知", "壹佰", "本通知不是到账凭证", "医院1"):
        assert told in page, told


def test_the_advice_of_another_enterprise_is_not_there(reader, paid):
    references, made = paid
    other = references[made.enterprises[1]]
    assert reader("firm").get(f"/my-payments/advice/{other}").status_code == 404
    for name in ("clinic", "maker"):
        assert reader(name).get(f"/my-payments/advice/{other}").status_code in {403, 404}


def test_the_export_has_the_rows_of_the_list(reader, paid):
    references, made = paid
    sent = reader("firm").get("/my-payments/export").text
    assert references[made.enterprises[0]] in sent
    assert references[made.enterprises[1]] not in sent
