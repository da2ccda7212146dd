"""Whatever a bad bank does, nobody is paid twice, nobody is forgotten, and every case is explained.

Few seeds run here; `make simulate` plays forty with 400 payables each.
"""

import pytest

from models.records import base
from models.records.base import sql
from models.services.payment_proofs import Proofs
from tests.conftest import empty_tables
from tests.processes import running_workers
from tests.simulation import story, surplus
from tests.simulation.bank import Chances
from tests.simulation.desk import WorkersDesk
from tests.simulation.paper import PAPERS

PAYABLES = 80


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("seed", range(len(PAPERS)))
def test_nobody_is_paid_twice_and_nobody_is_forgotten(seed):
    ending = story.play(seed, PAYABLES)
    assert ending.faults == []
    assert (ending.overpaid, ending.unpaid) == (0, 0)
    assert ending.reissues > PAYABLES // 20
    assert ending.refused > 0
    assert ending.cases


@pytest.mark.usefixtures("db")
def test_no_hospital_keeps_its_surplus_twice_and_none_is_forgotten():
    """Half of the bank's returns are for closed accounts: hospitals need another, by two people."""
    ending = surplus.play(2, chances=Chances(returned=20, account_closed=50, rejected=15))
    assert ending.faults == []
    assert (ending.overpaid, ending.unpaid) == (0, 0)
    assert ending.reissues > 2
    assert ending.refused > 0
    assert ending.accounts > 0


@pytest.mark.usefixtures("db")
def test_late_statements_only_make_it_wait():
    ending = story.play(3, PAYABLES, chances=Chances(statement_late=40))
    assert ending.faults == []


@pytest.mark.usefixtures("db")
def test_a_bank_that_pays_what_it_refuses_is_found_out_and_admitted_by_two():
    ending = story.play(4, PAYABLES, chances=Chances(rejected_while_paid=15))
    assert ending.faults == []
    assert ending.admitted > 0


@pytest.fixture
def unguarded(db):
    """The database asks for no proofs either: only so can the program be seen to need them."""
    sql("ALTER TABLE payment_instruction DISABLE TRIGGER payment_instruction_again")
    yield
    sql("ALTER TABLE payment_instruction ENABLE TRIGGER payment_instruction_again")


#: Half of what is booked is booked a day after the order, of what was refused too.
NEXT_DAY = Chances(rejected_while_paid=15, next_day=50)


@pytest.mark.usefixtures("db")
def test_a_bank_that_books_late_what_it_refuses_is_not_paid_again():
    ending = story.play(4, PAYABLES, chances=NEXT_DAY)
    assert ending.faults == []
    assert (ending.overpaid, ending.unpaid) == (0, 0)
    assert ending.admitted > 0


@pytest.mark.usefixtures("unguarded")
def test_without_the_banking_day_more_that_bank_is_paid_twice(monkeypatch):
    """The send day alone, the least the rule could ask for, does not keep the money."""
    least = property(lambda p: p.credited if p.came_back else p.no_debit and not p.send_days_open)
    monkeypatch.setattr(Proofs, "statement_shows", least)
    ending = story.play(4, PAYABLES, chances=NEXT_DAY)
    assert ending.overpaid > 0


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.spec["code"])
def test_the_naive_rule_pays_twice(paper):
    """The check bites: the same bank, the same files, another judgement."""
    endings = [story.play_naive(seed, 400, paper) for seed in range(3)]
    assert all(ending.overpaid > 10 for ending in endings)


@pytest.mark.usefixtures("unguarded")
def test_the_product_without_its_second_proof_pays_twice(monkeypatch):
    """The check bites here too: it is the proof that keeps the money, not luck."""
    chances = Chances(rejected_while_paid=15, statement_late=100)
    monkeypatch.setattr(Proofs, "statement_shows", property(lambda _proofs: True))
    ending = story.play(4, PAYABLES, chances=chances)
    assert ending.overpaid > 0


def test_real_workers_end_the_same_story(db, settings, redis_url, tmp_path):
    """The same files through relay, Redis and worker processes change nothing of the ending."""
    ending = story.play(1, 25)
    empty_tables()
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        through_workers = story.play(1, 25, desk=WorkersDesk())
    assert through_workers == ending
    assert ending.faults == []
    assert sql("SELECT count(*) FROM job WHERE state <> 'done'").fetchone()[0] == 0
    assert base.db.is_connection_usable()
