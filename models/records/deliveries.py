"""What enterprises say they sent: delivery notes beside orders and receipts."""

import peewee as pw

from models.records.base import CodeField, FenField, QuantityField, Record, promise


class DeliveryNote(Record):
    """A product on a delivery note (配送单) of an order; compared with what was received."""

    delivery_no = CodeField()
    order_no = CodeField()
    nhsa_code = CodeField()
    hospital_code = CodeField()
    enterprise_code = CodeField()
    delivered_on = pw.DateField()
    quantity = QuantityField()
    amount_fen = FenField()

    class Meta:
        """One row for a note, order and product."""

        primary_key = pw.CompositeKey("delivery_no", "order_no", "nhsa_code")
        indexes = ((("order_no", "nhsa_code"), False),)
        constraints = [
            promise("delivery_note_above_zero", "quantity > 0 AND amount_fen > 0"),
        ]
