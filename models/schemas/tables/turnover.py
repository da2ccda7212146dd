"""What the funds can bear in a year, as files tell it: the gate of turnover money (基金结余)."""

from models.rules.turnover import Pool
from models.schemas.number_columns import QuantityColumn, WholeColumn, YuanColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.text_columns import AreaColumn, ChoiceColumn


class FundReserves(TableSchema):
    """Reserves and balances of an area's funds in a year (基金结余)."""

    about = About(
        kind="fund_reserves",
        title="基金结余",
        table="fund_reserve",
        key=("area_code", "year", "pool"),
        scope=Scope.AREA,
        notes=(
            "只用于判断能否拨付周转金：职工、居民两个险种都要有；没有的看最近的上级统筹区。",
            "“要求可支付月数”为空的，职工为 12 个月、居民为 6 个月"
            "（《关于做好医保基金预付工作的通知》2024-11-11）。",
        ),
    )

    area_code = AreaColumn("统筹区", references="area")
    year = WholeColumn("年度", low=2000, high=2200)
    pool = ChoiceColumn("险种", Pool)
    reserve_months = QuantityColumn("可支付月数", low=0)
    last_year_balance_yuan = YuanColumn("上年收支结余")
    forecast_balance_yuan = YuanColumn("未来12个月预测结余")
    required_months = QuantityColumn("要求可支付月数", optional=True, low=0)
