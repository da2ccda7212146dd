"""Problems of the demo city: reported by each party, at every point of their lives."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.records.base import sql
from models.rules.problems import LinkKind, ProblemParty, ProblemResult, Satisfaction, Urgency
from models.services import access, problems
from models.services.problems import Link, Report
from scripts.demo import users
from scripts.demo.city import City
from scripts.demo.steps import Steps

#: A line of the two seats, so that each of them sees what the other says.
_LINE = """
SELECT line_no, nhsa_code FROM purchase_line
 WHERE hospital_code = %s AND enterprise_code = %s AND line_kind = 'receipt'
 ORDER BY accepted_on DESC, line_no LIMIT 1
"""


@dataclass(frozen=True)
class _Numbers:
    """The problems that go on."""

    supply: str
    payment: str
    price: str


def write(steps: Steps, on: date, city: City) -> None:
    """Report problems as each party, and deal with some; a second run finds them."""
    found = sql(_LINE, (city.hospital_code, city.enterprise_code)).fetchone()
    line_no, nhsa_code = found or ("", "")
    links = [Link(LinkKind.LINE, line_no)] if line_no else []
    seat, firm, maker = (access.load(n) for n in ("hospital", "enterprise", users.MAKER.name))
    early, later = on - timedelta(days=20), on - timedelta(days=9)
    numbers = _Numbers(
        supply=problems.report(
            seat,
            Report("supply", "中选药品连续两周未配送", "三次下单均未响应，门诊已缺货。",
                   urgency=Urgency.URGENT, enterprise_code=city.enterprise_code, links=links),
            early,
        ),
        payment=problems.report(
            firm,
            Report("payment", "货款超过约定期限未付", "到期货款多次催要未付，请协调。",
                   hospital_code=city.hospital_code, confidential=True),
            later,
        ),
        price=problems.report(
            seat,
            Report("price", "同一产品两家配送企业报价不同", "请核实哪一家的价格与中选价一致。",
                   links=[Link(LinkKind.PRODUCT, nhsa_code)] if nhsa_code else []),
            on - timedelta(days=2),
        ),
    )  # fmt: skip
    problems.report(
        firm,
        Report("contract", "新一轮协议期起始日不一致", "平台与纸质协议的起始日相差一个月。",
               hospital_code=city.hospital_code, is_new=True),
        on - timedelta(days=1),
    )  # fmt: skip
    _deal(numbers, seat, firm, maker, city, early, later)
    steps.tell("集采问题 4 件")


def _deal(
    numbers: _Numbers,
    seat: access.Actor,
    firm: access.Actor,
    maker: access.Actor,
    city: City,
    early: date,
    later: date,
) -> None:
    """Let one be solved and rated, and one wait for the other side."""
    state = sql("SELECT state FROM problem WHERE problem_no = %s", (numbers.supply,)).fetchone()[0]
    if state != "reported":
        return
    problems.assign(maker, numbers.supply, early)
    problems.say(firm, numbers.supply, "生产线检修，已从邻市调货，三日内到院。", early)
    problems.say(maker, numbers.supply, "已核对企业库存记录，情况属实。", early, inside=True)
    problems.answer(
        maker, numbers.supply, ProblemResult.RESOLVED, "企业已恢复配送，后续按周跟踪。",
        early + timedelta(days=1),
    )  # fmt: skip
    problems.accept(
        seat, numbers.supply, Satisfaction.SATISFIED, "已到货。", early + timedelta(days=3)
    )
    problems.assign(maker, numbers.payment, later)
    problems.invite(maker, numbers.payment, ProblemParty.HOSPITAL, city.hospital_code, later)
