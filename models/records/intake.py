"""What was bought and who agreed: purchase lines, confirmations, voids, invoices, own payments."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import Decision, InvoiceKind, LineKind, Party, Platform


class PurchaseLine(Record):
    """A purchase line (采购明细): a fact, mended only by a void or by a return."""

    line_no = CodeField(primary_key=True)
    line_kind = StateField(LineKind)
    original_line_no = CodeField(null=True)
    order_no = CodeField()
    hospital_code = CodeField()
    enterprise_code = CodeField()
    nhsa_code = CodeField()
    quantity = QuantityField()
    unit_price_yuan = QuantityField()
    amount_fen = FenField()
    delivered_on = pw.DateField()
    accepted_on = pw.DateField()
    platform = StateField(Platform)
    hospital_confirmed_on = pw.DateField(null=True)
    enterprise_confirmed_on = pw.DateField(null=True)
    #: Blank-separated, as sent; trace_code has one row for each.
    trace_codes = CodeField(null=True)
    import_id = pw.IntegerField(null=True)

    class Meta:
        """Promises of a purchase line: signs follow the kind, amount follows price and quantity."""

        constraints = [
            one_of("line_kind", LineKind, name="purchase_line_kind_known"),
            one_of("platform", Platform, name="purchase_line_platform_known"),
            promise(
                "purchase_line_sign_follows_kind",
                "CASE line_kind WHEN 'receipt' THEN quantity > 0 AND amount_fen > 0"
                " WHEN 'goods_return' THEN quantity < 0 AND amount_fen < 0"
                " ELSE quantity = 0 AND unit_price_yuan = 0 AND amount_fen <> 0 END",
            ),
            promise(
                "purchase_line_amount_is_price_times_quantity",
                "line_kind = 'price_adjustment'"
                " OR amount_fen = round(quantity * unit_price_yuan * 100)",
            ),
        ]


class TraceCode(Record):
    """One drug trace code (追溯码) on one line; the same code may wrongly stand on several."""

    code = CodeField()
    line_no = CodeField()
    place = pw.IntegerField()

    class Meta:
        """One row for a code and place on a line."""

        primary_key = pw.CompositeKey("code", "line_no", "place")


class Confirmation(Record):
    """A decision of one party about one line; the latest instant counts, all are kept."""

    line_no = CodeField()
    party = StateField(Party)
    decided_at = UtcDateTimeField()
    decision = StateField(Decision)
    amount_fen = FenField()
    reason = pw.TextField(null=True)
    import_id = pw.IntegerField(null=True)

    class Meta:
        """The instant is part of the key."""

        primary_key = pw.CompositeKey("line_no", "party", "decided_at")
        constraints = [
            one_of("party", Party, name="confirmation_party_known"),
            one_of("decision", Decision, name="confirmation_decision_known"),
        ]


class LineVoid(Record):
    """A purchase line taken out before it was on a sheet; the line keeps its history."""

    line_no = CodeField(primary_key=True)
    reason = pw.TextField()
    import_id = pw.IntegerField(null=True)


class InvoiceLine(Record):
    """The part of an invoice (发票) that covers one purchase line."""

    #: Empty for digital invoices (数电票), which have a number only.
    invoice_code = CodeField(default="", constraints=[pw.SQL("DEFAULT ''")])
    invoice_no = CodeField()
    line_no = CodeField(index=True)
    kind = StateField(InvoiceKind)
    issued_on = pw.DateField()
    enterprise_code = CodeField()
    hospital_code = CodeField()
    amount_fen = FenField()
    import_id = pw.IntegerField(null=True)

    class Meta:
        """Promises of an invoice line."""

        primary_key = pw.CompositeKey("invoice_no", "invoice_code", "line_no")
        constraints = [
            one_of("kind", InvoiceKind, name="invoice_line_kind_known"),
            promise(
                "invoice_line_sign_follows_kind",
                "CASE kind WHEN 'blue' THEN amount_fen > 0 ELSE amount_fen < 0 END",
            ),
        ]


class HospitalPayment(Record):
    """A payment the hospital made itself for a receipt of the self lane (医院自行付款)."""

    payment_no = CodeField()
    line_no = CodeField(index=True)
    paid_on = pw.DateField()
    amount_fen = FenField()
    import_id = pw.IntegerField(null=True)

    class Meta:
        """One row for a payment and line."""

        primary_key = pw.CompositeKey("payment_no", "line_no")
        constraints = [promise("hospital_payment_above_zero", "amount_fen > 0")]
