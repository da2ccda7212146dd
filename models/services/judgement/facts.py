"""What the parties and the invoices say about the candidates."""

#: What a word says in its last two bits; from OTHER_AMOUNT on the party confirms.
WITHDRAWN, DISPUTED, OTHER_AMOUNT, CONFIRMED = range(4)

#: A word of a party in one number: its instant in microseconds, then what it says. So the greatest
#: word of a party is its latest, and one pass without sorting finds it.
_WORD = f"""
CASE WHEN f.party = '{{party}}' THEN (date_part('epoch', f.decided_at) * 1000000)::bigint * 4
    + CASE WHEN f.decision = 'dispute' THEN {DISPUTED} WHEN f.decision = 'withdraw' THEN {WITHDRAWN}
           WHEN f.amount_fen <> c.amount_fen THEN {OTHER_AMOUNT} ELSE {CONFIRMED} END END
"""

#: What is said about the candidates: the sum and last day of their invoices, each party's latest
#: word. One aggregate over both, so that a line looks up once.
FACTS = f"""
SELECT place, sum(invoiced_fen)::bigint AS invoiced_fen, max(issued_on) AS invoiced_on,
       max(hospital) AS hospital_word, max(enterprise) AS enterprise_word
  FROM (
    SELECT c.place, i.amount_fen AS invoiced_fen, i.issued_on, NULL::bigint AS hospital,
           NULL::bigint AS enterprise
      FROM invoice_line i JOIN candidate c USING (line_no)
    UNION ALL
    SELECT c.place, NULL, NULL, {_WORD.format(party="hospital")},
           {_WORD.format(party="enterprise")}
      FROM confirmation f JOIN candidate c USING (line_no)
  ) said
 GROUP BY place
"""


def says(word: str) -> str:
    """Return SQL for what a word says; NULL without a word."""
    return f"({word} & 3)"


def day_of(word: str) -> str:
    """Return SQL for the day of a word in Shanghai (UTC+8, no summer time since 1992)."""
    return f"(date '1970-01-01' + (({word} / 4000000 + 28800) / 86400)::int)"
