"""Bank files that left the house and that a restored database knows nothing of."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.lost_files import LostFileState


class Installation(Record):
    """Which installation this database belongs to: journals of others say nothing about it."""

    id = CodeField(primary_key=True)
    made_at = UtcDateTimeField()


class LostFile(Record):
    """A released file the journal names and the database lost; nothing of it is paid again."""

    id = pw.AutoField()
    batch_no = CodeField()
    file_name = pw.TextField()
    sha256 = CodeField(unique=True)
    period = CodeField()
    agency_code = CodeField()
    area_codes = TextArrayField()
    lines_count = pw.IntegerField()
    total_fen = FenField()
    released_at = UtcDateTimeField()
    released_by = CodeField()
    #: The bytes that left, and what they paid, as the journal kept them.
    file_id = pw.BigIntegerField()
    claims_id = pw.BigIntegerField()
    found_at = UtcDateTimeField()
    found_by = CodeField()
    state = StateField(LostFileState)
    #: What a first person proposes: recorded or withdrawn; on what ground; who decided.
    proposed = StateField(LostFileState, null=True)
    reason = pw.TextField(null=True)
    proposed_by = CodeField(null=True)
    proposed_at = UtcDateTimeField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)

    class Meta:
        """Promises of a lost file."""

        constraints = [
            one_of("state", LostFileState, name="lost_file_state_known"),
            one_of("proposed", LostFileState, name="lost_file_proposal_known"),
            promise("lost_file_needs_a_second_person", "decided_by <> proposed_by"),
            promise(
                "lost_file_decided_whole",
                "(state = 'open') = (decided_by IS NULL)"
                " AND (decided_by IS NULL) = (decided_at IS NULL)"
                " AND (state = 'open' OR state = proposed)",
            ),
            promise("lost_file_proposes_an_end", "proposed <> 'open'"),
        ]


class LostFileClaim(Record):
    """Whom for which hospital a lost file pays; the enterprise is empty for retention."""

    id = pw.BigAutoField()
    lost_file_id = pw.IntegerField(index=True)
    hospital_code = CodeField()
    enterprise_code = CodeField(null=True)
    amount_fen = FenField()

    class Meta:
        """Asked by pair before anything is paid."""

        indexes = ((("hospital_code", "enterprise_code"), False),)


def held(hospital: str, enterprise: str | None) -> str:
    """Return the condition that an open lost file may have paid this pair (columns of a query).

    Without an enterprise it is retention, paid to the hospital itself.
    """
    whose = f"= {enterprise}" if enterprise else "IS NULL"
    return (
        "EXISTS (SELECT 1 FROM lost_file_claim lc JOIN lost_file lf ON lf.id = lc.lost_file_id"
        f" WHERE lf.state = 'open' AND lc.hospital_code = {hospital}"
        f" AND lc.enterprise_code {whose})"
    )
