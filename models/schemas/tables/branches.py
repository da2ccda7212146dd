"""The directory of bank branches as files tell it."""

from models.schemas.table import About, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import CnapsColumn, DayColumn, LineColumn


class BankBranches(TableSchema):
    """Branches of banks by their number in the payment system (联行号)."""

    about = About(
        kind="bank_branches",
        title="联行号目录",
        table="bank_branch",
        key=("cnaps_code",),
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "校验位按 ISO 7064 MOD 11,10 核对，不符仅提示。目录为空时，不核对账户的联行号；"
            "导入后，新的或变更的收款账户，其联行号须在目录中，开户行与目录不一致时提示。",
        ),
    )

    cnaps_code = CnapsColumn()
    bank_name = LineColumn()
    valid_from = DayColumn(optional=True)
    valid_to = DayColumn(optional=True)
