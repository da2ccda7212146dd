"""Pages turned by keys show every row once, forth and back, whatever keys repeat or leave out."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.services.views.listing import turned
from models.services.views.reading import Where
from models.services.views.turning import Key, Order, Place, day, whole

FIRST = date(2026, 3, 1)
KEYS = (
    Key("r.due_on", "due_on", day, can_be_null=True),
    Key("r.code", "code"),
    Key("r.id", "id", whole),
)
ROWS = "SELECT r.* FROM turned_row r WHERE {where} ORDER BY {order} LIMIT %(rows)s"

rows = st.lists(
    st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["a", "b|c", "汉 %", "Z"])),
    max_size=23,
)


def shown(order, place, size):
    """A page as an address leads to it: through the text of its place."""
    return turned(ROWS, Where(["r.kept"]), order, place, size)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=rows, is_down=st.booleans(), size=st.integers(1, 7))
def test_walking_forth_and_back_shows_every_row_once_in_its_order(db, told, is_down, size):
    sql("DROP TABLE IF EXISTS turned_row")
    sql('CREATE TEMP TABLE turned_row (id int, due_on date, code text COLLATE "C", kept boolean)')
    for number, (days, code) in enumerate([*told, (1, "a")]):
        due_on = None if days is None else FIRST + timedelta(days)
        sql(
            "INSERT INTO turned_row VALUES (%s, %s, %s, %s)",
            (number, due_on, code, number < len(told)),
        )
    order = Order(KEYS, is_down=is_down)
    plain = [row[0] for row in sql(f"SELECT id FROM turned_row r WHERE kept ORDER BY {order.sql}")]
    pages, place = [], None
    while True:
        page = shown(order, place, size)
        assert page.is_first == (place is None)
        pages.append([row.id for row in page.rows])
        if page.is_last:
            break
        place = order.place(order.mark(page.rows[-1]))
    assert [one for each in pages for one in each] == plain
    for expected in pages[-2::-1]:
        back = order.place(order.mark(page.rows[0]), is_back=True)
        page = shown(order, back, size)
        assert [row.id for row in page.rows] == expected
    rest = len(plain) % size or size
    end = shown(order, Place(None, is_back=True, rest=rest), size)
    assert [row.id for row in end.rows] == (pages[-1] if plain else [])


def test_what_is_no_place_of_the_order_names_none():
    order = Order(KEYS)
    for text in ("", "x", "2026-03-01|a", "2026-02-30|a|1", "2026-03-01|a|one", "2026-03-01||1",
                 "2026-03-01|a|" + "9" * 30, "2026-03-01|a%00|1", "|a|1|2"):  # fmt: skip
        assert order.place(text) is None
    assert order.place("|a%7Cb|1") == Place((None, "a|b", 1))
