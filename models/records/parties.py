"""Who takes part: areas, agencies, hospitals, enterprises and the accounts money goes to."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import AreaLevel, EnterpriseRole, EnterpriseSize, HospitalLevel, Ownership


class Area(Record):
    """A pooling area (统筹区) in the tree province – city – county."""

    area_code = CodeField(primary_key=True)
    name = pw.TextField()
    parent_code = CodeField(null=True, index=True)
    level = StateField(AreaLevel)

    class Meta:
        """Promises of the area tree."""

        constraints = [
            one_of("level", AreaLevel, name="area_level_known"),
            promise("area_is_not_its_own_parent", "parent_code IS DISTINCT FROM area_code"),
        ]


class Agency(Record):
    """An agency (经办机构): pays for its area and for areas below that have none."""

    agency_code = CodeField(primary_key=True)
    name = pw.TextField()
    area_code = CodeField(index=True)
    account_no = CodeField()
    account_name = pw.TextField()
    bank_name = pw.TextField()
    cnaps_code = CodeField()
    email = pw.TextField()


class Hospital(Record):
    """A designated hospital (定点医疗机构)."""

    hospital_code = CodeField(primary_key=True)
    name = pw.TextField()
    credit_code = CodeField()
    area_code = CodeField(index=True)
    ownership = StateField(Ownership)
    level = StateField(HospitalLevel)
    lead_hospital_code = CodeField(null=True)
    joined_on = pw.DateField(null=True)
    email = pw.TextField()
    copy_emails = pw.TextField(null=True)
    inpatient = pw.BooleanField(null=True)
    account_no = CodeField(null=True)
    account_name = pw.TextField(null=True)
    bank_name = pw.TextField(null=True)
    cnaps_code = CodeField(null=True)

    class Meta:
        """Promises of the hospital."""

        constraints = [
            one_of("ownership", Ownership, name="hospital_ownership_known"),
            one_of("level", HospitalLevel, name="hospital_level_known"),
        ]


class Enterprise(Record):
    """An enterprise (医药企业).

    account_verified is false from import or account change until a second person approves.
    """

    credit_code = CodeField(primary_key=True)
    name = pw.TextField()
    role = StateField(EnterpriseRole)
    size = StateField(EnterpriseSize)
    account_no = CodeField()
    account_name = pw.TextField()
    bank_name = pw.TextField()
    cnaps_code = CodeField()
    email = pw.TextField()
    suspended_on = pw.DateField(null=True)
    #: When the present suspended_on was imported: pay asks whether that was after the last
    #: approval.
    suspended_set_at = UtcDateTimeField(null=True)
    account_verified = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])

    class Meta:
        """Promises of the enterprise."""

        constraints = [
            one_of("role", EnterpriseRole, name="enterprise_role_known"),
            one_of("size", EnterpriseSize, name="enterprise_size_known"),
        ]


class AccountChange(Record):
    """A new or changed receiving account of an enterprise and the second person's decision."""

    id = pw.AutoField()
    credit_code = CodeField(index=True)
    #: account_no, account_name, bank_name, cnaps_code before; null for a new enterprise.
    before = JsonField(null=True)
    after = JsonField()
    requested_by = CodeField()
    requested_at = UtcDateTimeField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    approved = pw.BooleanField(null=True)
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of the account change."""

        constraints = [
            promise("account_change_needs_a_second_person", "decided_by <> requested_by"),
            promise(
                "account_change_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (approved IS NULL)",
            ),
        ]


class MasterHistory(Record):
    """What a master row was before each change; written by triggers, never edited."""

    id = pw.AutoField()
    table_name = CodeField()
    key = CodeField()
    changed_at = UtcDateTimeField(constraints=[pw.SQL("DEFAULT clock_timestamp()")])
    changed_by = CodeField(null=True)
    before = JsonField()
    after = JsonField()

    class Meta:
        """Find the history of one row."""

        indexes = ((("table_name", "key"), False),)
