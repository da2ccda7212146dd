"""The register of open lines: what is open of each receipt, kept so that nobody judges all anew."""

import peewee as pw

from models.records.base import CodeField, FenField, Record, StateField, UtcDateTimeField, one_of
from models.rules.overdue import Responsible
from models.rules.words import Lane


class OpenLine(Record):
    """A receipt with money open as it was last judged, due or not (docs/overdue.md, the register).

    Everything here follows from the facts and can be made again: nothing is decided in it.
    """

    line_no = CodeField(primary_key=True)
    lane = StateField(Lane)
    hospital_code = CodeField()
    enterprise_code = CodeField()
    area_code = CodeField()
    nhsa_code = CodeField()
    scheme_code = CodeField(null=True)
    contract_no = CodeField(null=True)
    sheet_id = pw.IntegerField(null=True)
    accepted_on = pw.DateField()
    due_on = pw.DateField()
    amount_fen = FenField()
    unpaid_fen = FenField()
    #: Its holds, as bits (judgement/holds.py).
    mask = pw.IntegerField()
    #: The last pay run left its sheet without cover.
    short = pw.BooleanField()
    responsible = StateField(Responsible)
    #: Who must act; empty: its area has no agency.
    party_code = CodeField(null=True)
    bears_interest = pw.BooleanField()
    #: Agreed rate that counts; empty: 0.05 % a day.
    rate_bp = pw.IntegerField(null=True)
    #: Interest of the parts already paid late; that of the open part is a matter of the day.
    paid_interest_fen = FenField()
    #: Highest step recorded.
    step = pw.IntegerField(null=True)
    #: First day on which the ladder may want something of the line; empty: never again.
    next_check_on = pw.DateField(null=True)

    class Meta:
        """Found by due day and by institution; ddl adds: by the next check."""

        constraints = [
            one_of("lane", Lane, name="open_line_lane_known"),
            one_of("responsible", Responsible, name="open_line_responsible_known"),
        ]
        indexes = (
            (("due_on", "area_code"), False),
            (("hospital_code", "due_on"), False),
            (("enterprise_code", "due_on"), False),
        )


class OpenLineLater(Record):
    """A receipt that a fact of a coming day will change: it is judged again on that day."""

    line_no = CodeField(primary_key=True)
    look_on = pw.DateField(index=True)


class OpenLineChange(Record):
    """A change the register has not taken in yet, written by whoever changed the fact (triggers).

    It is seen when its transaction is, whatever the order of commits, and gone once taken in.
    """

    id = pw.BigAutoField()
    #: The table that changed, or line, sheet, instruction.
    what = CodeField()
    #: Which import, line, sheet, party …; empty: nobody can say, so everything is judged again.
    key = CodeField(null=True)


class OpenLineState(Record):
    """How far the register is: one row, locked by whoever brings it up to date."""

    id = pw.IntegerField(primary_key=True)
    #: The day the register shows; empty: never made.
    as_of = pw.DateField(null=True)
    refreshed_at = UtcDateTimeField(null=True)
    #: Lines judged again by the last refresh.
    judged_count = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    #: When everything was judged anew the last time, and which table made it necessary.
    rebuilt_at = UtcDateTimeField(null=True)
    rebuilt_because = CodeField(null=True)

    class Meta:
        """There is one."""

        constraints = [pw.SQL("CONSTRAINT open_line_state_is_one CHECK (id = 1)")]
