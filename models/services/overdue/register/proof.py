"""Whether the register still says what judging anew says: asked of a sample, changing nothing."""

from collections.abc import Iterator

from models.records.base import sql
from models.services.overdue.register import judging, marks

NAME = "register_agrees"
#: So many lines are judged again of the register, and as many of all receipts.
SAMPLED_LINES = 500

_STATE = "SELECT as_of FROM open_line_state WHERE as_of IS NOT NULL"
_WAITS = "SELECT EXISTS (SELECT FROM open_line_change)"

#: The same lines each time, spread over all: what is wrong today is shown tomorrow too.
_SAMPLE = """
SELECT line_no FROM {table} l
 WHERE hashtext(line_no) %% greatest((SELECT count(*) FROM {table}) / %(lines)s, 1)::int = 0 {only}
 LIMIT %(lines)s
"""


def differences() -> Iterator[str]:
    """Yield a sentence for each sampled line of which the register says something else.

    While changes wait for the next refresh it may, so nothing is compared. A register that shows
    something else is mended by a rebuild; no money depends on it, only who is reminded.
    """
    state = sql(_STATE).fetchone()
    if state is None or sql(_WAITS).fetchone()[0]:
        return
    marks.prepare()
    for table, only in (("open_line", ""), ("purchase_line", "AND line_kind = 'receipt'")):
        sql(
            marks.PUT.format(lines=_SAMPLE.format(table=table, only=only)), {"lines": SAMPLED_LINES}
        )
    sql("ANALYZE pg_temp.stale")
    count = int(sql("SELECT count(*) FROM stale").fetchone()[0])
    if count:
        judging.make_fresh(state[0], count)
        for (line_no,) in sql(judging.DIFFERS):
            yield f"{NAME}：明细 {line_no} 的未付登记与重新判定的结果不一致，请重建登记。"
