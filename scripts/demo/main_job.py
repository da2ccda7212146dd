"""The main job: the demo city's months go from files to bank money to offset, by the workers."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models.records.base import db
from models.records.turnover import TurnoverGrant
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.money import fen, yuan
from models.services import access, accounts, approvals, books, files, profiles, turnover
from scripts.demo import (
    bank,
    city,
    papers,
    places,
    problems,
    reporting_story,
    retention_story,
    statement,
    users,
)
from scripts.demo.city import City
from scripts.demo.progress import Progress
from scripts.demo.sink import CityFile
from scripts.demo.steps import StepFailed, Steps
from scripts.demo.summary import Summary
from workers.bankfiles.seeds import SEEDS

#: The city settles a month on this day of the next one; the last month on the business date.
SETTLING_DAY = 10

LABELS = {
    "areas": "统筹区", "agencies": "经办机构", "hospitals": "医疗机构", "enterprises": "医药企业",
    "products": "产品目录", "rounds": "集采批次", "awards": "中选产品", "contracts": "购销协议",
    "schemes": "结算方案", "ladder": "催办阶梯", "lpr": "贷款市场报价利率", "calendar": "工作日历",
    "prescriptions": "处方点评", "short_supply": "短缺药品",
    "purchases": "采购明细", "voids": "作废明细", "invoices": "发票", "confirmations": "确认",
    "orders": "订单", "deliveries": "配送单", "hospital_payments": "医院自行付款",
    "monthly_funds": "月度医保基金", "procurement_totals": "采购总额",
    "prepayments": "预付与补足", "mandates": "结算委托书", "fund_reserves": "基金结余",
    "cadence_rules": "监测规则", "round_terms": "批次执行参数", "round_products": "报量目录",
    "reported_quantities": "报量", "grade_items": "绩效分级项目", "grade_tiers": "绩效分级档次",
    "indicator_definitions": "指标定义",
}  # fmt: skip


def run_main_job(
    on: date,
    show: Progress,
    *,
    var_dir: Path,
    seed: int = city.SEED,
    size: city.Size | None = None,
) -> Summary:
    """Settle the demo city up to the last full month before `on` and return its totals.

    Every step is a job with a key of its own: a main job that was interrupted goes on where it
    was. Raises StepFailed and NoWorker.
    """
    return _MainJob(on, show, var_dir, seed, size).run()


class _MainJob:
    """One run over the months of the city."""

    def __init__(
        self, on: date, show: Progress, var_dir: Path, seed: int, size: city.Size | None
    ) -> None:
        self._on, self._show, self._var_dir = on, show, var_dir
        self._steps = Steps(on, show)
        self._city: City = city.write(var_dir / "demo", on, seed=seed, size=size)
        self._summary = Summary(self._city.months, on)
        self._statements = statement.Statements()

    def run(self) -> Summary:
        """Do all months, check the books, return the totals."""
        self._summary.people = users.ensure(self._city)
        profiles.ensure([*SEEDS, bank.LOCAL_BANK])
        self._show.title("主数据")
        self._import_all(self._city.of(city.MASTER), self._on)
        for month in self._city.months:
            self._month(month)
        self._show.title("核对账目")
        args = {"on": self._on}
        self._steps.run("check_books", "核对全部账目", JobName.CHECK_BOOKS, args, by="system")
        proof = books.last_run()
        assert proof is not None  # noqa: S101 - the step before kept it
        self._summary.checked, self._summary.broken = proof.checked, proof.broken
        self._steps.tell(f"核对 {len(proof.checked)} 项，不平 {len(proof.broken)} 项")
        return self._summary

    def _month(self, month: str) -> None:
        is_last = month == self._city.months[-1]
        on = self._on if is_last else _settling_day(month)
        self._show.title(f"{month} 月（业务日期 {on}）")
        first_step = f"{month}:settle"
        if month == self._city.months[0] and not self._steps.is_done(first_step):
            self._approve_accounts()
            self._turn_over(on)
        if is_last:
            self._import_all(self._city.of(city.CHANGES), on)
        self._import_all(self._city.of(month), on)
        self._follow_windows(month, on)
        settled = self._work(first_step, f"结算 {month}", JobName.SETTLE, month, on)
        self._steps.tell(
            f"结算单 {settled['sheets']:,} 张，明细 {settled['lines']:,} 行，"
            f"挂起 {settled['held']:,} 行，应付 {settled['payable_yuan']} 元"
        )
        self._approve(month, on)
        booked: list[statement.Booking] = []
        for area, profile in bank.PROFILES.items():
            booked += self._pay(month, area, profile, on)
        self._state(month, on, booked)
        offset = self._work(f"{month}:offset", f"抵扣 {month} 基金", JobName.OFFSET, month, on)
        self._steps.tell(
            f"医院 {offset['hospitals']} 家，抵扣 {offset['offset_yuan']} 元，"
            f"结转 {offset['carried_yuan']} 元"
        )
        if not is_last:
            self._work(f"{month}:monitor", f"监测指标 {month}", JobName.MONITOR, month, on)
        else:
            self._watch(month, on)
            self._summary.settled, self._summary.offset = settled, offset

    def _turn_over(self, on: date) -> None:
        """Give the hospitals of one county turnover money for the year, by two persons."""
        self._show.begin("周转金：申请、审批、拨付")
        year = calendar.first_day(self._city.months[0]).year
        maker, checker = access.load(users.MAKER.name), access.load(users.CHECKER.name)
        known = {row.hospital_code: row for row in TurnoverGrant.select()}
        wanted = [code for code in self._city.turnover_codes if code not in known]
        numbers = turnover.apply(maker, wanted, year, on) if wanted else []
        numbers += [row.turnover_no for row in known.values()]
        waiting = [row.turnover_no for row in TurnoverGrant.select() if row.decided_by is None]
        if waiting:
            turnover.approve(checker, waiting, on)
        for number in numbers:
            turnover.pay_out(maker, number, f"ZZ{number}", on, on)
        self._show.end(f"{len(numbers)} 家医院")

    def _follow_windows(self, month: str, on: date) -> None:
        """Open confirmation windows and end those whose days are over, as every morning."""
        step, args = f"{month}:windows", {"on": on}
        told = self._steps.run(step, "确认时限", JobName.WINDOWS, args, by="system")
        self._steps.tell(f"新开 {told['opened']:,} 个，自动确认 {told['confirmed']:,} 个")

    def _watch(self, month: str, on: date) -> None:
        """Look for what is late, compute the month's indicators and how far the roll-out is."""
        args = {"on": on, "area": None, "send": True}
        late = self._steps.run("overdue", "逾期检查与催办", JobName.OVERDUE, args, by="system")
        self._steps.tell(f"逾期 {late['overdue']:,} 行，待发催办邮件 {late['mails']} 封")
        watched = self._work("monitor", f"监测指标 {month}", JobName.MONITOR, month, on)
        self._steps.tell(f"指标 {watched['indicators']:,} 项，未达标 {watched['failed']:,} 项")
        risky = self._work("risks", f"核查风险线索 {month}", JobName.RISKS, month, on)
        self._steps.tell(f"线索 {risky['findings']:,} 条，证据 {risky['evidence']:,} 项")
        asked = {"on": on, "period": None}
        told = self._steps.run("coverage", "统计推进情况", JobName.COVERAGE, asked, by="system")
        self._steps.tell(f"推进情况 {told['months']} 个月，{told['lines']:,} 行")
        self._summary.overdue = late
        papers.write(self._steps, month, on, self._city.hospital_code)
        reporting_story.write(self._steps, on, self._city.hospital_code)
        retention_story.write(self._steps, month, on)
        problems.write(self._steps, on, self._city)

    def _work(self, step: str, label: str, name: JobName, month: str, on: date) -> dict[str, Any]:
        args = {"period": month, "area": places.CITY, "on": on}
        return self._steps.run(step, label, name, args, by=users.MAKER.name)

    def _import_all(self, wanted: Sequence[CityFile], on: date) -> None:
        for file in wanted:
            step = f"{file.stage}:{file.kind}"
            label = f"导入{LABELS[file.kind]}"
            stored = 0
            if not self._steps.is_done(step):
                stored = self._store(file.path.name, file.path.read_bytes(), "upload")
            args = {"kind": file.kind, "file_id": stored, "all_or_nothing": False, "on": on}
            by = users.MAKER.name
            result = self._steps.run(step, label, JobName.IMPORT_DATA, args, by=by)
            if result["rejected"]:
                raise StepFailed(step=label, reason=f"{result['rejected']} 行被拒绝")
            self._steps.tell(f"{result['rows']:,} 行")
            self._summary.imported(file.kind, result["rows"])

    def _store(self, name: str, content: bytes, kind: str) -> int:
        with db.atomic():
            return int(files.store(name, iter([content]), by=users.MAKER.name, kind=kind).id)

    def _approve_accounts(self) -> None:
        self._show.begin("第二人核验企业收款账户")
        approved = accounts.approve(access.load(users.CHECKER.name))
        self._show.end(f"{approved['approved']} 家")

    def _approve(self, month: str, on: date) -> None:
        for person, label in ((users.CHECKER, "复核"), (users.APPROVER, "审批")):
            self._show.begin(f"{label} {month}（{person.full_name}）")
            done = approvals.approve(access.load(person.name), month, places.CITY, on)
            self._show.end(f"结算单 {done['approved']:,} 张，尚待 {done['waiting']:,} 张")

    def _pay(self, month: str, area: str, profile: str, on: date) -> list[statement.Booking]:
        """Pay an area with its bank's format, take in the answers; return what the bank books."""
        args = {"period": month, "area": area, "profile": profile, "on": on}
        step, by = f"{month}:pay:{area}", users.MAKER.name
        paid = self._steps.run(step, f"付款 {area}（{profile}）", JobName.PAY, args, by=by)
        batches = paid["batches"]
        total = yuan(sum(fen(batch["total_yuan"]) for batch in batches))
        orders = sum(batch["lines"] for batch in batches)
        self._steps.tell(f"{len(batches)} 个银行文件，{orders} 笔，{total} 元")
        booked: list[statement.Booking] = []
        for number, batch in enumerate(batches, start=1):
            content = b"".join(files.read(int(batch["file_id"])))
            path = self._var_dir / "out" / month / str(batch["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            # The bank books the next day, or today when that is the business date.
            day = min(on + timedelta(days=1), self._on)
            answers = bank.decide(profile, content)
            result = bank.answer(profile, content, answers, day)
            self._answer(f"{month}:result:{area}:{number}", profile, path, result, on)
            booked += statement.bookings(area, day, answers)
            if month == self._city.months[-1]:
                self._summary.batches.append((path, batch))
        return booked

    def _state(self, month: str, on: date, booked: list[statement.Booking]) -> None:
        """Take in the statements of the paying accounts: what the result files said is proved."""
        content = self._statements.write(on, self._on, booked)
        step, by = f"{month}:statement", users.MAKER.name
        stored = 0
        if not self._steps.is_done(step):
            stored = self._store(f"statement-{month}.csv", content, "statement")
        args = {"file_id": stored, "profile": statement.PROFILE, "on": on}
        told = self._steps.run(step, f"银行对账单 {month}", JobName.STATEMENT, args, by=by)
        self._steps.tell(
            f"分录 {told['entries']:,} 笔，已匹配 {told['matched']:,} 笔，"
            f"异常 {told['exceptions']} 笔"
        )

    def _answer(self, step: str, profile: str, path: Path, result: bytes, on: date) -> None:
        """Take in what the bank answers."""
        stored = 0
        if not self._steps.is_done(step):
            stored = self._store(f"{path.stem}.result{path.suffix}", result, "bank_result")
        args = {"file_id": stored, "profile": profile, "on": on}
        by = users.MAKER.name
        told = self._steps.run(step, f"银行回盘 {path.name}", JobName.BANK_RESULT, args, by=by)
        self._steps.tell(
            f"成功 {told['settled']}，拒绝 {told['rejected']}，退票 {told['returned']}，"
            f"未决 {told['unknown']}，异常 {told['exceptions']}"
        )
        self._summary.answered(told)


def _settling_day(month: str) -> date:
    return calendar.first_day(calendar.next_period(month)).replace(day=SETTLING_DAY)
