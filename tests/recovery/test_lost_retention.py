"""Retention that a lost file paid comes back as it was sent, and is not paid again."""

import pytest

from models import settings as settings_module
from models.records import base
from models.records.base import sql
from models.rules.errors.recovery import LostFileReasonMissing, UnknownLostFile
from models.rules.errors.retention import NothingGranted
from models.rules.lost_files import LostFileState
from models.services import books, releases
from tests import servers
from tests.factories import payments as bank
from tests.factories import retention
from tests.factories.retention import states
from tests.factories.sheets import APPROVER, MAKER
from tests.services.test_bank_results import about, answer


@pytest.fixture
def go_back(own_database, server_addresses, worker_number):
    """Return two calls: keep the database as it is now, and go back to what was kept."""
    own, kept = f"recovery_{worker_number}", f"recovery_kept_{worker_number}"

    def keep() -> None:
        base.db.close()
        servers.clone(server_addresses, kept, template=own)
        base.db.connect()

    def back() -> None:
        base.db.close()
        base.connect(settings_module.load(), servers.database_url(server_addresses, kept))
        base.db.connect()

    yield keep, back
    base.db.close()
    servers.drop(server_addresses, kept)
    base.connect(settings_module.load(), own_database)
    base.db.connect()


def orders() -> list[tuple]:
    return sql(
        "SELECT i.reference, i.uetr, i.hospital_code, i.amount_fen, i.state, b.batch_no,"
        " b.file_sha256 FROM payment_instruction i JOIN payment_batch b ON b.id = i.batch_id"
        " ORDER BY i.id"
    ).fetchall()


def broken() -> list[str]:
    return [one.split("：")[0] for one in books.check_books(bank.PlainFormat)["broken"]]


def test_a_lost_file_of_retention_is_recorded_with_its_own_numbers(go_back):
    keep, back = go_back
    first, second = retention.town(5_000, 7_001).hospitals
    listed = retention.granted()
    keep()
    (batch,) = retention.pay(listed)["batches"]
    number = str(batch["batch_no"])
    releases.release(number, by=MAKER.name)
    releases.release(number, by="checker")
    before = orders()
    back()

    folders = settings_module.load().journals
    found = releases.compare(folders, by="system")
    assert [(one["batch_no"], one["released_by"]) for one in found["lost"]] == [
        (number, MAKER.name)
    ]
    assert releases.compare(folders, by="system")["lost"] == [], "twice is once"
    assert broken() == ["released_files_are_known"]
    with pytest.raises(NothingGranted):
        retention.pay(listed)
    with pytest.raises(LostFileReasonMissing):
        releases.propose(MAKER, number, LostFileState.RECORDED, " ")
    releases.propose(MAKER, number, LostFileState.RECORDED, "开户行确认已受理")
    assert releases.decide(APPROVER, number) is LostFileState.RECORDED
    with pytest.raises(UnknownLostFile):
        releases.decide(APPROVER, number)
    assert orders() == before
    assert states() == ["sent", "sent"]
    assert broken() == []
    answer(about(0, "settled"), about(1, "rejected"))
    assert states() == ["paid", "rejected"]
    assert {row[2] for row in orders()} == {first, second}
    assert broken() == []


def test_a_journal_that_was_changed_says_where(go_back):
    keep, back = go_back
    retention.town(5_000)
    listed = retention.granted()
    keep()
    (batch,) = retention.pay(listed)["batches"]
    for who in ("maker", "checker"):
        releases.release(str(batch["batch_no"]), by=who)
    back()
    (folder,) = settings_module.load().journals
    lines = folder / "released.jsonl"
    whole = lines.read_bytes()
    # Half a line was never acknowledged: nothing left on its account.
    lines.write_bytes(whole + b'{"at": "2026')
    assert releases.unknown([folder])[0].batch_no == batch["batch_no"]
    for changed in (
        whole.replace(b'"maker"', b'"nobody"'),
        whole.split(b"\n", 1)[1],
    ):
        lines.write_bytes(changed)
        assert broken() == ["released_files_are_known"]
        assert "外发登记" in books.check_books(bank.PlainFormat)["broken"][0]
