"""The check that no page reads a big table from end to end sees what it looks for."""

from models.records.base import db
from models.records.base import sql as ask
from scripts.bench import list_plans
from tests.factories import work


def test_a_walk_through_a_whole_table_is_found_and_an_indexed_page_passes(reader, people_of_town):
    work.drafts(people_of_town)
    maker = reader("maker")
    with list_plans.explained(frozenset({"settlement_sheet"})) as found:
        ask("SELECT 1 FROM settlement_sheet WHERE content_hash = %s", ("x",))
    assert {table for table, _text in found.whole} == {"settlement_sheet"}
    ask("SET enable_seqscan = off")
    try:
        with list_plans.explained(frozenset({"settlement_sheet"})) as plans:
            for address in ("/sheets/?view=all", "/sheets/?view=all&sort=-due"):
                assert maker.get(address).status_code == 200
    finally:
        ask("RESET enable_seqscan")
    assert plans.statements > 5
    assert plans.whole == set()


def test_only_large_tables_are_looked_at(people_of_town):
    assert list_plans.big_tables(db.connection()) == frozenset()
