"""What is bought and on what terms: products, rounds, awards, contracts and orders."""

from models.rules.errors.imports import RowCode
from models.rules.words import EnterpriseSize, ProductKind, RoundLevel
from models.schemas.number_columns import PriceColumn, QuantityColumn, WholeColumn, YuanColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    FlagColumn,
    HospitalColumn,
    LineColumn,
    TextColumn,
)

#: A price or promised quantity below zero has the wrong sign.
_SIGN = RowCode.BAD_SIGN


class Products(TableSchema):
    """Drugs, consumables and cloud films (产品)."""

    about = About(
        kind="products",
        title="产品",
        table="product",
        key=("nhsa_code",),
        notes=("生产企业可以尚未导入。",),
    )

    nhsa_code = CodeColumn()
    name = LineColumn("通用名")
    kind = ChoiceColumn("类别", ProductKind)
    specification = TextColumn("规格")
    unit = LineColumn("单位")
    manufacturer_code = CodeColumn("生产企业")
    listed_price_yuan = PriceColumn("挂网价", low=0, range_code=_SIGN)
    negotiated = FlagColumn("国谈")


class Rounds(TableSchema):
    """Rounds of volume procurement (集采批次)."""

    about = About(
        kind="rounds",
        title="集采批次",
        table="vbp_round",
        key=("round_code",),
        rules=(NotBefore("term_end", "term_start"),),
    )

    round_code = CodeColumn()
    name = LineColumn()
    level = ChoiceColumn("级别", RoundLevel)
    term_start = DayColumn("协议期起")
    term_end = DayColumn("协议期止")
    non_selected_limit_bp = WholeColumn("非中选比例上限(基点)", optional=True, low=0)


class Awards(TableSchema):
    """Products awarded in a round for an area (中选产品)."""

    about = About(
        kind="awards",
        title="中选产品",
        table="award",
        key=("round_code", "nhsa_code", "area_code"),
        scope=Scope.AREA,
        rules=(NotBefore("term_end", "term_start"),),
        notes=("供应期为空时按批次的协议期。",),
    )

    round_code = CodeColumn(references="vbp_round")
    nhsa_code = CodeColumn(references="product")
    area_code = AreaColumn("供应地区", references="area")
    price_yuan = PriceColumn("中选价", low=0, range_code=_SIGN)
    term_start = DayColumn("供应期起", optional=True)
    term_end = DayColumn("供应期止", optional=True)


class Contracts(TableSchema):
    """Purchase agreements (购销协议)."""

    about = About(
        kind="contracts",
        title="购销协议",
        table="contract",
        key=("contract_no",),
        scope=Scope.HOSPITAL,
        rules=(NotBefore("term_end", "term_start"),),
        notes=(
            "约定验收天数为空时，验收之日即起算日。",
            "规模告知日期只作证据，不改变计算（国务院令第802号第三条）。",
        ),
    )

    contract_no = CodeColumn("协议编号")
    hospital_code = HospitalColumn(references="hospital")
    nhsa_code = CodeColumn(references="product")
    enterprise_code = CodeColumn("配送企业", references="enterprise")
    round_code = CodeColumn(optional=True, references="vbp_round")
    price_yuan = PriceColumn("协议价", low=0, range_code=_SIGN)
    committed_quantity = QuantityColumn("约定采购量", low=0, range_code=_SIGN)
    term_start = DayColumn("协议起")
    term_end = DayColumn("协议止")
    signed_on = DayColumn("签订日期")
    payment_days = WholeColumn(
        "约定付款天数", optional=True, low=1, high=60,
        note="1至60天（保障中小企业款项支付条例，国务院令第802号）",
    )  # fmt: skip
    late_rate_bp = WholeColumn("约定逾期年利率(基点)", optional=True, low=0)
    enterprise_size = ChoiceColumn("签订时企业规模", EnterpriseSize, optional=True)
    acceptance_days = WholeColumn(
        "约定验收天数", optional=True, low=0, high=60,
        note="0至60天，自配送之日起；验收晚于此期的，付款期自期满之日起算（国务院令第802号第十条）",
    )  # fmt: skip
    declared_on = DayColumn("规模告知日期", optional=True)


class Orders(TableSchema):
    """Orders on the procurement platform (订单)."""

    about = About(
        kind="orders",
        title="订单",
        table="purchase_order",
        key=("order_no", "nhsa_code"),
        scope=Scope.HOSPITAL,
    )

    order_no = CodeColumn("订单编号")
    nhsa_code = CodeColumn(references="product")
    hospital_code = HospitalColumn(references="hospital")
    enterprise_code = CodeColumn("配送企业", references="enterprise")
    ordered_on = DayColumn("下单日期")
    quantity = QuantityColumn("订购数量")
    amount_yuan = YuanColumn("订购金额")
    responded_on = DayColumn("响应日期", optional=True)


class Deliveries(TableSchema):
    """Delivery notes of enterprises (配送单)."""

    about = About(
        kind="deliveries",
        title="配送单",
        table="delivery_note",
        key=("delivery_no", "order_no", "nhsa_code"),
        scope=Scope.HOSPITAL,
        notes=("可不导入；导入后与订单、验收入库三方比对，只列差异，不影响结算和付款。",),
    )

    delivery_no = CodeColumn("配送单号")
    order_no = CodeColumn("订单编号")
    nhsa_code = CodeColumn(references="product")
    hospital_code = HospitalColumn(references="hospital")
    enterprise_code = CodeColumn("配送企业", references="enterprise")
    delivered_on = DayColumn("配送日期")
    quantity = QuantityColumn("配送数量", above_zero=True)
    amount_yuan = YuanColumn("配送金额", above_zero=True)
