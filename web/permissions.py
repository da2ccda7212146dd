"""Who may read and act on which page: one table of role × page, the rows decided elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.words import Role


class Page(StrEnum):
    """A row of the table of rights; several lists may share one."""

    TODAY = "today"
    PURCHASES = "purchases"
    DELIVERIES = "deliveries"
    CONFIRMATIONS = "confirmations"
    INVOICES = "invoices"
    HOLDS = "holds"
    SHEETS = "sheets"
    OFFSETS = "offsets"
    SHORTFALLS = "shortfalls"
    TURNOVER = "turnover"
    SUBLEDGERS = "subledgers"
    MONEY_REQUESTS = "money_requests"
    ROUND_PREPAYMENTS = "round_prepayments"
    CLOSE = "close"
    BATCHES = "batches"
    RESULTS = "results"
    PAYMENTS = "payments"
    UNCONFIRMED = "unconfirmed"
    RETURNS = "returns"
    EXCEPTIONS = "exceptions"
    MY_PAYMENTS = "my_payments"
    OWN_PAYMENTS = "own_payments"
    OVERDUE = "overdue"
    RANKING = "ranking"
    PUBLICATION = "publication"
    PROMISES = "promises"
    EXCUSES = "excuses"
    MEASURES = "measures"
    PAPERS = "papers"
    RECTIFICATIONS = "rectifications"
    PROBLEMS = "problems"
    MAILS = "mails"
    COVERAGE = "coverage"
    INDICATORS = "indicators"
    QUANTITY_REPORTS = "quantity_reports"
    PARTICIPATION = "participation"
    GRADES = "grades"
    RETENTION = "retention"
    RETENTION_LISTS = "retention_lists"
    RISKS = "risks"
    RISK_HANDOVERS = "risk_handovers"
    TRACE_CODES = "trace_codes"
    STATISTICS = "statistics"
    REPORTS = "reports"
    LEDGER = "ledger"
    IDENTITY = "identity"
    MASTER = "master"
    CONTACTS = "contacts"
    SCHEMES = "schemes"
    MANDATES = "mandates"
    RULES = "rules"
    PROFILES = "profiles"
    ACCOUNTS = "accounts"
    HOSPITAL_ACCOUNTS = "hospital_accounts"
    IMPORTS = "imports"
    JOBS = "jobs"
    STATUS = "status"
    AUDIT = "audit"
    USERS = "users"
    API_KEYS = "api_keys"
    HELP = "help"


@dataclass(frozen=True)
class Right:
    """What a role may do on a page."""

    read: bool = False
    act: bool = False
    #: Only the rows of the reader's own hospital or enterprise.
    own: bool = False


_SIGNS = {
    "·": Right(),
    "看": Right(read=True),
    "办": Right(read=True, act=True),
    "本": Right(read=True, own=True),
    "本办": Right(read=True, act=True, own=True),
}

_ROLES = (
    Role.MAKER,
    Role.CHECKER,
    Role.APPROVER,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.HOSPITAL,
    Role.ENTERPRISE,
    Role.ADMINISTRATOR,
)

#: 办 may act, 看 may read, 本 own rows only, · not at all. The administrator grants rights and
#: therefore moves no money: rules, users, jobs only.
TABLE = """
today           办   办   办   看   看   本   本   看
purchases       办   看   看   看   看   本   本   ·
deliveries      看   看   看   看   看   本   本   ·
confirmations   办   看   ·   看   看   本办 本办 ·
invoices        办   看   ·   看   看   本   本办 ·
holds           办   看   看   看   看   本   本   ·
sheets          办   办   办   看   看   本   本   ·
offsets         办   办   看   看   看   本   ·   ·
subledgers      办   办   办   看   看   本   ·   ·
money_requests  办   办   办   看   看   本   ·   ·
round_prepayments 办 看   办   看   看   本办 本办 ·
close           办   办   办   看   看   ·   ·   ·
shortfalls      办   看   看   看   看   本   ·   ·
turnover        办   办   办   看   看   本办 ·   ·
batches         办   办   办   看   看   ·   ·   ·
results         办   看   看   看   看   ·   ·   ·
payments        办   办   办   看   看   本   本   ·
unconfirmed     办   看   看   看   看   ·   ·   ·
returns         办   办   办   看   看   本   本   ·
exceptions      办   办   看   看   看   ·   ·   ·
my_payments     ·   ·   ·   ·   ·   ·   本   ·
own_payments    办   看   看   看   看   本办 本   ·
overdue         办   看   看   办   看   本   本   ·
ranking         办   看   看   看   看   本   ·   ·
publication     办   办   办   办   看   本   ·   ·
promises        办   看   看   办   看   本办 本办 ·
excuses         办   办   办   办   看   本办 本办 ·
measures        办   看   办   办   看   本   本   ·
papers          办   办   办   办   看   本   ·   ·
rectifications  办   办   看   办   看   本办 ·   ·
problems        办   办   看   办   看   本办 本办 ·
mails           办   看   看   办   看   本   本   ·
coverage        办   看   看   办   看   本   ·   ·
indicators      看   办   看   办   看   本   ·   ·
quantity_reports 看  办   看   办   看   本办 ·    ·
participation   办   办   看   办   看   本办 ·    ·
grades          办   看   办   办   看   本   ·    ·
retention       看   办   看   办   看   本办 ·   ·
retention_lists 办   办   办   看   看   本   ·   ·
risks           办   看   办   办   看   本办 本办 ·
risk_handovers  办   看   办   办   看   ·    ·    ·
trace_codes     看   看   看   看   看   本   本   ·
statistics      看   看   看   看   看   本   本   ·
reports         办   办   看   办   看   本   本   ·
ledger          看   看   看   看   看   ·   ·   ·
identity        看   看   看   看   看   ·   ·   ·
master          办   看   看   看   看   ·   本   ·
contacts        办   看   看   看   看   本办 本办 ·
schemes         办   看   办   办   看   本   ·   办
mandates        办   看   看   看   看   本   ·   ·
rules           办   看   看   看   看   ·   ·   办
profiles        看   看   办   办   看   ·   ·   办
accounts        办   办   办   看   看   ·   本办 ·
hospital_accounts 办 办   办   看   看   本办 ·    ·
imports         办   看   看   看   看   本办 本办 办
jobs            办   看   看   看   看   本   本   办
status          ·   ·   ·   看   看   ·   ·   看
audit           ·   ·   ·   看   看   ·   ·   ·
users           ·   ·   ·   看   看   ·   ·   办
api_keys        ·   ·   ·   看   看   本办 本办 办
help            看   看   看   看   看   看   看   看
"""


def _parsed(table: str) -> dict[tuple[Role, Page], Right]:
    found = {}
    for line in table.strip().splitlines():
        page, *signs = line.split()
        for role, sign in zip(_ROLES, signs, strict=True):
            found[role, Page(page)] = _SIGNS[sign]
    return found


RIGHTS = _parsed(TABLE)


def right(role: str, page: Page) -> Right:
    """Return what the role may do on the page; an unknown role may nothing."""
    try:
        return RIGHTS[Role(role), page]
    except ValueError:
        return Right()


def may_read(role: str, page: Page) -> bool:
    """Return whether the page is in the role's menu."""
    return right(role, page).read


def may_act(role: str, page: Page) -> bool:
    """Return whether the role may press the buttons of the page."""
    return right(role, page).act
