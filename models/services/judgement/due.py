"""Due days over a set of lines: the raw day in SQL, the shift around days of rest by the rule."""

from datetime import date

from models.records.base import sql
from models.rules import calendar
from models.rules.words import DayKind, HolidayShift

#: The day from which acceptance counts: late acceptance counts from the end of the period that the
#: contract gives it (国务院令第802号 art. 10). Without such a period it is the acceptance itself.
_ACCEPTED = "least(accepted_on, delivered_on + acceptance_days)"

#: The earliest of the candidates whose parts are there; with none left, 30 days from acceptance
#: (国办发〔2015〕7号). Without a scheme only that, whatever a contract says. Month end: end of the
#: month after acceptance and invoice (交货验收入库并取得发票之日后次月底).
RAW_DUE = f"""
CASE WHEN scheme_code IS NULL THEN accepted_on + 30 ELSE coalesce(least(
    CASE due_start WHEN 'delivery' THEN delivered_on WHEN 'acceptance' THEN {_ACCEPTED}
         ELSE joint_on END + due_days,
    CASE WHEN due_month_end AND invoiced_on IS NOT NULL THEN
         (date_trunc('month', greatest({_ACCEPTED}, invoiced_on))
          + interval '2 months')::date - 1 END,
    {_ACCEPTED} + payment_days
), {_ACCEPTED} + 30) END
"""


def day_kinds() -> dict[date, DayKind]:
    """Return the stated kinds of days; a day not listed goes by its weekday."""
    return {row[0]: DayKind(row[1]) for row in sql("SELECT day, kind FROM calendar_day")}


def shift() -> None:
    """Make `shifted (due_raw, due_shift, due_on)` for every raw day of `judged`.

    Few days are distinct, so the rule decides each of them and the lines only look up.
    """
    sql("DROP TABLE IF EXISTS pg_temp.shifted")
    sql("CREATE TEMP TABLE shifted (due_raw date, due_shift text, due_on date) ON COMMIT DROP")
    kinds = day_kinds()
    rows = list(sql("SELECT DISTINCT due_raw, due_shift FROM judged"))
    with sql("SELECT 1").copy("COPY pg_temp.shifted FROM STDIN") as copy:
        for raw, mode in rows:
            due_on = calendar.shift(raw, HolidayShift(mode), kinds) if mode else raw
            copy.write_row((raw, mode, due_on))
    sql("ANALYZE pg_temp.shifted")
