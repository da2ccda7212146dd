"""Writes docs/formats.md, docs/rights.md, docs/openapi.json and the settings of operations.md."""

import sys
from pathlib import Path

from models.rules.errors.imports import ROW_SENTENCES
from models.schemas import tables
from models.schemas.columns import SHARED_LABELS, Column
from models.schemas.table import Nature, TableSchema
from models.services import exports, templates
from models.services.imports import references
from scripts import document_api, rights_document, settings_document

TARGET = Path(__file__).resolve().parent.parent / "docs" / "formats.md"

_INTRODUCTION = """# 导入文件格式

本文由 `python -m scripts.document` 根据 `models/schemas/tables` 生成，请勿手工修改。

- **CSV**：UTF-8（可带BOM）或GB18030，逗号分隔，第一行为表头。
- **XLSX**：读第一个工作表；编码、账号等用文本单元格，超过15位的数字单元格已丢失精度，该行退回。
- 表头用英文列名或中文列名，顺序不限，不能混用；标“可空”的列可以不出现。
- 多余的列名、缺少的必填列使整个文件被拒绝。
- `row`、`error_codes`、`error` 三列在任何导入中都允许出现并被忽略，因此错误文件改正后可直接再导入。
- 数字只用半角数字、开头的负号和一个小数点；小数位超出规定即为错误，系统不作四舍五入。
- 行数 = 接收 + 未变 + 退回。同一文件再次导入不产生变化。

## 退回代码

| 代码 | 说明 |
|---|---|
"""
_EXPORTS = """
## 导出

`python -m scripts.export WHAT [--period P] [--area A] [--on D] --out FILE.csv|xlsx`；
页面“报表与导出”相同。只含操作人有权看的行。

- `arrears_ranking`：不晚于 `--on` 的最近一次登记的欠款排行；名次在导出的行内计算，无欠款则空。
- `statistics`：每张结算单每个品类一行；`booked_on` 为银行入账日，
  `cycle_days` 为结算月末到入账的工作日数，`limit_days` 为方案的结算周期上限。
- `deliveries`：`--period` 的订单产品（缺省为 `--on` 所在月份），`differences` 以分号分隔。
- `overdue_publication`：`--on` 上一年度的公示表；医院只能导出已公示的本单位行。

| WHAT | 列 |
|---|---|
"""
_NATURES = {
    Nature.MASTER: "同键不同内容：更新，保留历史；文件中没有的列保持原值，空单元格表示清空。",
    Nature.FACT: "同键不同内容：退回（conflict），已接收的内容不变。",
}


def render() -> str:
    """Return the whole document."""
    codes = "".join(
        f"| `{code}` | {text.format(label='列名')} |\n" for code, text in ROW_SENTENCES.items()
    )
    return _INTRODUCTION + codes + "".join(_table(schema) for schema in tables.ALL) + _exports()


def _exports() -> str:
    """Return the columns of every export, in their order."""
    rows = "".join(
        f"| `{name}` | {', '.join(f'`{column}`' for column in export.columns)} |\n"
        for name, export in exports.WHAT.items()
    )
    return _EXPORTS + rows


def _table(schema: type[TableSchema]) -> str:
    about = schema.about
    lines = [f"\n## {about.kind} {about.title}\n\n", _NATURES[about.nature]]
    lines += list(about.notes)
    lines.append("\n\n| 列 | 中文列名 | 键 | 可空 | 写法 |\n|---|---|---|---|---|\n")
    lines += [_row(schema, name, column) for name, column in schema.columns().items()]
    return "".join(lines)


def _row(schema: type[TableSchema], name: str, column: Column) -> str:
    labels = column.label
    shared = SHARED_LABELS.get(name)
    if shared and shared != column.label:
        labels += f"（或 {shared}）"
    form = templates.hint(column).split("；", 1)[-1].removesuffix("。")
    if column.references:
        referred = next(t for t in tables.ALL if t.about.table == column.references)
        form += f"；须是已导入的 {referred.about.title}（{references.KEYS[column.references]}）"
    if column.default:
        form += f"；空即 {column.default}"
    key = "●" if name in schema.about.key else ""
    return f"| `{name}` | {labels} | {key} | {'可空' if column.optional else ''} | {form} |\n"


def main() -> int:
    """Write all of them."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render(), encoding="utf-8")
    print(f"{TARGET}: {len(tables.ALL)} tables")
    print(f"{rights_document.TARGET}: {rights_document.write()} addresses")
    print(f"{settings_document.TARGET}: {settings_document.write()} settings")
    document_api.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
