"""Which lines are excused on a day: one condition, read by the ladder, the mails and the pages."""

#: An excuse x covers %(on)s: granted by then, begun, not over and not ended early. What was ended
#: later still covered the days before, so that an earlier day reads the same again.
COVERS = (
    "x.decided_on <= %(on)s AND x.from_on <= %(on)s"
    " AND (x.until_on IS NULL OR x.until_on >= %(on)s)"
    " AND (x.ended_on IS NULL OR x.ended_on > %(on)s)"
    " AND x.state IN ('granted', 'ended', 'lapsed')"
)


def excused(line_no: str) -> str:
    """Return the condition that the line of a column is excused on %(on)s."""
    return f"EXISTS (SELECT 1 FROM line_excuse x WHERE x.line_no = {line_no} AND {COVERS})"


#: The same for a row called l.
EXCUSED = excused("l.line_no")
