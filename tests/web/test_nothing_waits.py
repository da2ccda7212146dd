"""A home page without tasks says what comes next: the next due day, or the first data."""

from datetime import timedelta

from models import clock
from tests.factories import imports as world
from web.today import first_steps


def test_with_no_task_and_no_money_open_the_way_to_data_is_shown(app, reader, people):
    assert "/imports/" not in reader("checker").get("/").text.split("<main")[1]
    app.extensions[first_steps.DONE] = True
    page = reader("county").get("/").text
    assert "今天没有待办。" in page
    assert '<a class="btn go" href="/imports/">导入数据</a>' in page


def test_with_no_task_the_next_due_day_is_told_to_whose_rows_it_is(reader, city):
    day = clock.today() + timedelta(days=9)
    world.sql(
        "INSERT INTO open_line (line_no, lane, hospital_code, enterprise_code, area_code,"
        " nhsa_code, accepted_on, due_on, amount_fen, unpaid_fen, mask, short, responsible,"
        " bears_interest, paid_interest_fen)"
        " VALUES ('L1', 'direct', 'H1', 'E1', '529901', 'N1', '2026-03-01', %s, 100, 100, 0, false,"
        " 'agency', false, 0)",
        (day,),
    )
    world.db.connection().commit()
    assert f'href="/overdue/calendar?day={day}"' in reader("auditor").get("/").text
    assert str(day) not in reader("administrator").get("/").text.split("<main")[1]
