"""What the main job came to: totals, where the bank files lie, who may sign in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from models.records.base import sql
from models.rules.money import yuan
from scripts.demo.users import PASSWORD, Person

_LANES = """
SELECT count(*) FILTER (WHERE lane = 'direct'), count(*) FILTER (WHERE lane = 'self')
  FROM held_line WHERE period = %s
"""
_REASONS = """
SELECT reason, count(*) FROM held_line, unnest(reasons) AS reason
 WHERE period = %s GROUP BY reason ORDER BY count(*) DESC, reason
"""
_SETTLED = """
SELECT count(*), coalesce(sum(amount_fen), 0) FROM payment_instruction
 WHERE period = %s AND state = 'settled'
"""
_CARRIED = """
SELECT count(*), coalesce(sum(carried_out_fen), 0) FROM settlement_sheet
 WHERE period = %s AND carried_out_fen < 0
"""
_SHORT = """
SELECT count(*), coalesce(sum(payable_fen), 0) FROM settlement_sheet WHERE state = 'short'
"""
_COUNTIES = """
SELECT (SELECT count(*) FROM turnover_grant WHERE state = 'paid'),
       (SELECT count(*) FROM mandate), (SELECT count(*) FROM confirm_window)
"""
HOLD_WORDS = {
    "account_unverified": "账户未核验", "contract_missing": "缺购销协议", "disputed": "有争议",
    "enterprise_suspended": "企业已停用", "invoice_mismatch": "发票金额不符",
    "invoice_missing": "缺发票", "original_missing": "缺原明细", "original_waiting": "原明细未结算",
    "price_above_award": "高于中选价", "return_exceeds_original": "退货超原明细",
    "trace_code_missing": "缺追溯码", "trace_code_reused": "追溯码重复",
    "waiting_enterprise": "企业未确认", "waiting_hospital": "医院未确认",
    "mandate_missing": "缺结算委托书",
}  # fmt: skip


@dataclass
class Summary:
    """The totals of the main job; `figures` are what a second run must come to as well."""

    months: Sequence[str]
    on: date
    people: list[Person] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    batches: list[tuple[Path, dict[str, Any]]] = field(default_factory=list)
    settled: dict[str, Any] = field(default_factory=dict)
    offset: dict[str, Any] = field(default_factory=dict)
    overdue: dict[str, Any] = field(default_factory=dict)
    checked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def imported(self, kind: str, rows: int) -> None:
        """Count rows of a table."""
        self.rows[kind] += rows

    def answered(self, told: dict[str, int]) -> None:
        """Count what the bank said."""
        for name in ("settled", "rejected", "returned", "unknown", "exceptions"):
            self.answers[name] += told[name]

    def lines(self, address: str) -> Iterator[str]:
        """Yield what is printed at the end."""
        month = self.months[-1]
        waiting, own = sql(_LANES, (month,)).fetchone()
        yield ""
        yield f"演示城市澜江市 {month} 月结算完成（业务日期 {self.on}，共 {len(self.months)} 个月）"
        yield f"  采购明细      {self.rows['purchases']:,} 行（三个月合计）"
        yield f"  直接结算      {self.settled['lines']:,} 行已进结算单，{waiting:,} 行挂起"
        yield f"  医院自行结算  {own:,} 行（累计未结）"
        yield from self._reasons(month)
        sheets, payable = self.settled["sheets"], self.settled["payable_yuan"]
        yield f"  结算单        {sheets:,} 张，应付 {payable} 元"
        yield from self._money(month)
        yield f"  逾期          {self.overdue['overdue']:,} 行"
        yield f"  核对          {len(self.checked)} 项，不平 {len(self.broken)} 项"
        yield from (f"    {sentence}" for sentence in self.broken)
        yield from self._where(address)

    def _reasons(self, month: str) -> Iterator[str]:
        told = [f"{HOLD_WORDS[reason]} {count:,}" for reason, count in sql(_REASONS, (month,))]
        for start in range(0, len(told), 5):
            label = "挂起原因    " if start == 0 else "            "
            yield f"  {label}  {'，'.join(told[start : start + 5])}"

    def _money(self, month: str) -> Iterator[str]:
        count, settled_fen = sql(_SETTLED, (month,)).fetchone()
        pairs, carried_fen = sql(_CARRIED, (month,)).fetchone()
        yield f"  付款批次      {len(self.batches)} 个"
        yield f"  银行已入账    {count:,} 笔，{yuan(int(settled_fen))} 元"
        yield (
            f"  抵扣          {self.offset['offset_yuan']} 元，"
            f"结转下月 {self.offset['carried_yuan']} 元"
        )
        yield f"  负数结转      {pairs} 对医院与企业，{yuan(int(carried_fen))} 元"
        short, short_fen = sql(_SHORT).fetchone()
        yield f"  分簿不足      {short} 张结算单，{yuan(int(short_fen))} 元，等待补足"
        grants, mandates, windows = sql(_COUNTIES).fetchone()
        yield f"  各县做法      周转金 {grants} 笔，委托书 {mandates} 份，确认时限 {windows:,} 个"

    def batch_lines(self) -> Iterator[str]:
        """Yield where each bank file of the last month lies and what it carries."""
        for path, batch in self.batches:
            yield f"    {path}  {batch['lines']} 笔 {batch['total_yuan']} 元"

    def _where(self, address: str) -> Iterator[str]:
        yield "  银行文件"
        yield from self.batch_lines()
        yield "  用户（仅供演示，密码均为 " + PASSWORD + "）"
        for person in self.people:
            yield f"    {person.name:<14} {ROLE_WORDS[str(person.role)]}（{person.full_name}）"
        if address:
            yield f"  地址  {address}"
            yield "  停止  按 Ctrl-C；数据保留，再次启动只需几秒。"


ROLE_WORDS = {
    "maker": "经办", "checker": "复核", "approver": "审批", "supervisor": "监管",
    "auditor": "审计", "administrator": "系统管理", "hospital": "医疗机构",
    "enterprise": "医药企业",
}  # fmt: skip
