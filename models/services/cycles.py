"""How long a settlement took: working days from the end of its month to the bank's booking.

As SQL over any set of sheets `s`, so that pages and exports count alike. The kind of a day is that
of the calendar, else its weekday; the pure rule is `models.rules.calendar.working_days_until`.
"""

from models.rules.words import DayKind

#: Each day from the first month's end to the day asked for, with how many working days lie up to it
#: (parameters: period_first, on).
WORKING_DAYS = f"""
SELECT d.day::date AS day, count(*) FILTER (
           WHERE coalesce(c.kind IN ('{DayKind.WORKING}', '{DayKind.MAKEUP}'),
                          extract(isodow FROM d.day) < 6)) OVER (ORDER BY d.day) AS number
  FROM generate_series((%(period_first)s || '-01')::date,
                       greatest(%(on)s::date, (SELECT max(booked_on) FROM payment_instruction)),
                       interval '1 day') AS d (day)
  LEFT JOIN calendar_day c ON c.day = d.day::date
"""

#: The last day of a sheet's month, and what its scheme says of the cycle.
PERIOD_END = "((s.period || '-01')::date + interval '1 month' - interval '1 day')::date"
LIMITS = """
SELECT DISTINCT ON (x.scheme_code, x.period) x.scheme_code, x.period, y.cycle_days
  FROM (SELECT DISTINCT s.scheme_code, s.period,
               {period_end} AS period_end
          FROM settlement_sheet s
         WHERE s.period BETWEEN %(period_first)s AND %(period_last)s) x
  JOIN scheme y ON y.scheme_code = x.scheme_code AND y.valid_from <= x.period_end
 ORDER BY x.scheme_code, x.period, y.valid_from DESC
""".replace("{period_end}", PERIOD_END)

#: The day on which the bank booked what pays a sheet now.
BOOKED = """
SELECT a.sheet_id, i.booked_on FROM payment_allocation a
  JOIN payment_instruction i ON i.id = a.instruction_id
 WHERE a.live AND i.state = 'settled'
"""
