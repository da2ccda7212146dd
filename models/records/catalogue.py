"""What is bought and on what terms: products, rounds, awards, contracts, orders, calendar."""

import peewee as pw

from models.records.base import CodeField, QuantityField, Record, StateField, one_of, promise
from models.rules.words import DayKind, EnterpriseSize, ProductKind, RoundLevel


class Product(Record):
    """A drug, consumable or cloud film with its 医保编码."""

    nhsa_code = CodeField(primary_key=True)
    name = pw.TextField()
    kind = StateField(ProductKind)
    specification = pw.TextField()
    unit = pw.TextField()
    manufacturer_code = CodeField()
    listed_price_yuan = QuantityField()
    negotiated = pw.BooleanField()

    class Meta:
        """Promises of the product."""

        constraints = [one_of("kind", ProductKind, name="product_kind_known")]


class VbpRound(Record):
    """A round of volume procurement (集采批次)."""

    round_code = CodeField(primary_key=True)
    name = pw.TextField()
    level = StateField(RoundLevel)
    term_start = pw.DateField()
    term_end = pw.DateField()
    non_selected_limit_bp = pw.IntegerField(null=True)

    class Meta:
        """Promises of the round."""

        constraints = [one_of("level", RoundLevel, name="vbp_round_level_known")]


class Award(Record):
    """A product awarded in a round for an area (中选产品); an empty term is the round's."""

    round_code = CodeField()
    nhsa_code = CodeField()
    area_code = CodeField()
    price_yuan = QuantityField()
    term_start = pw.DateField(null=True)
    term_end = pw.DateField(null=True)

    class Meta:
        """One award for a product, round and area."""

        primary_key = pw.CompositeKey("round_code", "nhsa_code", "area_code")


class Contract(Record):
    """A purchase agreement (购销协议) of a hospital, an enterprise and a product."""

    contract_no = CodeField(primary_key=True)
    hospital_code = CodeField()
    nhsa_code = CodeField()
    enterprise_code = CodeField()
    round_code = CodeField(null=True)
    price_yuan = QuantityField()
    committed_quantity = QuantityField()
    term_start = pw.DateField()
    term_end = pw.DateField()
    signed_on = pw.DateField()
    payment_days = pw.IntegerField(null=True)
    late_rate_bp = pw.IntegerField(null=True)
    enterprise_size = StateField(EnterpriseSize, null=True)
    acceptance_days = pw.IntegerField(null=True)
    declared_on = pw.DateField(null=True)

    class Meta:
        """Promises of the contract."""

        indexes = ((("hospital_code", "nhsa_code", "enterprise_code"), False),)
        constraints = [
            one_of("enterprise_size", EnterpriseSize, name="contract_enterprise_size_known"),
            promise("contract_payment_days_at_most_60", "payment_days BETWEEN 1 AND 60"),
            promise("contract_acceptance_days_at_most_60", "acceptance_days BETWEEN 0 AND 60"),
        ]


class PurchaseOrder(Record):
    """An order line (订单) on the procurement platform; for delivery indicators."""

    order_no = CodeField()
    nhsa_code = CodeField()
    hospital_code = CodeField()
    enterprise_code = CodeField()
    ordered_on = pw.DateField()
    quantity = QuantityField()
    amount_fen = pw.BigIntegerField()
    responded_on = pw.DateField(null=True)

    class Meta:
        """One row for an order and product."""

        primary_key = pw.CompositeKey("order_no", "nhsa_code")


class CalendarDay(Record):
    """A day whose kind differs from its weekday, or is stated (工作日历)."""

    day = pw.DateField(primary_key=True)
    kind = StateField(DayKind)

    class Meta:
        """Promises of the calendar."""

        constraints = [one_of("kind", DayKind, name="calendar_day_kind_known")]
