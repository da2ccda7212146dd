"""Which day was promised for a late line: the latest promise stands, known by its day."""

#: line_no, promised_on and who promised, as known on %(on)s; a later promise replaces an earlier.
PROMISED = """
SELECT DISTINCT ON (p.line_no) p.line_no, a.promised_on, a.id AS acknowledgement_id
  FROM acknowledged_line p JOIN acknowledgement a ON a.id = p.acknowledgement_id
 WHERE a.promised_on IS NOT NULL AND a.known_on <= %(on)s
 ORDER BY p.line_no, a.id DESC
"""


def promise_of(line_no: str) -> str:
    """Return SQL of the day that stands for the line of a column, for the few lines of a page."""
    return (
        "SELECT a.promised_on FROM acknowledged_line p"
        " JOIN acknowledgement a ON a.id = p.acknowledgement_id"
        f" WHERE p.line_no = {line_no} AND a.promised_on IS NOT NULL AND a.known_on <= %(on)s"
        " ORDER BY a.id DESC LIMIT 1"
    )


#: A standing promise q of a line that is still open is broken on %(on)s.
IS_BROKEN = "q.promised_on < %(on)s"
