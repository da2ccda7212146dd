"""The words of the tables: each enumeration is also a CHECK in the database."""

from enum import StrEnum


class AreaLevel(StrEnum):
    """Level of a pooling area (统筹区级别)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Ownership(StrEnum):
    """Ownership of a hospital (性质)."""

    PUBLIC = "public"
    PRIVATE = "private"
    MILITARY = "military"


class HospitalLevel(StrEnum):
    """Level of a hospital (等级); 0 is not rated."""

    THREE = "3"
    TWO = "2"
    ONE = "1"
    NONE = "0"


class EnterpriseRole(StrEnum):
    """Role of an enterprise (角色)."""

    MANUFACTURER = "manufacturer"
    DISTRIBUTOR = "distributor"
    BOTH = "both"


class EnterpriseSize(StrEnum):
    """Size of an enterprise (规模), 国务院令第802号 art. 3."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class ProductKind(StrEnum):
    """Kind of a product (类别)."""

    DRUG = "drug"
    CONSUMABLE = "consumable"
    CLOUD_FILM = "cloud_film"


class RoundLevel(StrEnum):
    """Level of a procurement round (集采级别), highest first."""

    NATIONAL = "national"
    ALLIANCE = "alliance"
    PROVINCE = "province"
    CITY = "city"


class Category(StrEnum):
    """Category of a purchase line that a scheme's scope names (结算范围)."""

    NATIONAL_VBP = "national_vbp"
    ALLIANCE_VBP = "alliance_vbp"
    PROVINCE_VBP = "province_vbp"
    CITY_VBP = "city_vbp"
    NEGOTIATED = "negotiated"
    CLOUD_FILM = "cloud_film"
    LISTED = "listed"


class Funding(StrEnum):
    """Where the money comes from (资金模式)."""

    OFFSET = "offset"
    PREPAID_SUBLEDGER = "prepaid_subledger"
    TURNOVER = "turnover"
    BANK_DEBIT = "bank_debit"


class DeductMonth(StrEnum):
    """Month whose fund is reduced (抵扣月份)."""

    CURRENT = "current"
    NEXT = "next"


class ConfirmUnit(StrEnum):
    """Unit of the confirmation window (天数单位)."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    DAY_OF_MONTH = "day_of_month"


class Silence(StrEnum):
    """What silence means (逾期未确认)."""

    ESCALATE = "escalate"
    ROLL = "roll"
    AUTO_CONFIRM = "auto_confirm"


class PaymentPer(StrEnum):
    """Grain of payment (付款粒度)."""

    ENTERPRISE = "enterprise"
    SHEET = "sheet"


class TraceCodes(StrEnum):
    """What a missing trace code does (追溯码要求)."""

    IGNORE = "ignore"
    WARN = "warn"
    REQUIRE = "require"


class HolidayShift(StrEnum):
    """Where a due day on a day of rest goes (节假日顺延)."""

    NEXT_WORKING_DAY = "next_working_day"
    AFTER_HOLIDAY_PLUS_2 = "after_holiday_plus_2"
    PREVIOUS_WORKING_DAY = "previous_working_day"


class Initiator(StrEnum):
    """Who begins the settlement of a month (发起方)."""

    ENTERPRISE = "enterprise"
    HOSPITAL = "hospital"
    SYSTEM = "system"


class Shortfall(StrEnum):
    """What becomes of goods that a month's fund does not cover (抵扣不足处理)."""

    CARRY = "carry"
    COLLECT = "collect"
    TOP_UP = "top_up"
    SUSPEND = "suspend"


class TurnoverRecovery(StrEnum):
    """How a turnover fund comes back before the end of the year (周转金收回方式)."""

    REPAY = "repay"
    OFFSET = "offset"


class DueStart(StrEnum):
    """Where the payment period begins (付款期起点)."""

    DELIVERY = "delivery"
    ACCEPTANCE = "acceptance"
    JOINT_CONFIRMATION = "joint_confirmation"


class DayKind(StrEnum):
    """Kind of a calendar day (工作日历)."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class LineKind(StrEnum):
    """Kind of a purchase line (明细类型)."""

    RECEIPT = "receipt"
    GOODS_RETURN = "goods_return"
    PRICE_ADJUSTMENT = "price_adjustment"


class Platform(StrEnum):
    """How a line was bought (采购渠道)."""

    ONLINE = "online"
    OFFLINE = "offline"


class Party(StrEnum):
    """Who confirms (确认方)."""

    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"


class Decision(StrEnum):
    """What a party decided (结论)."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"


class InvoiceKind(StrEnum):
    """Blue or red invoice (发票类型)."""

    BLUE = "blue"
    RED = "red"


class VoucherKind(StrEnum):
    """Kind of a prepayment voucher (预付与补足)."""

    PREPAYMENT = "prepayment"
    TOP_UP = "top_up"
    INTEREST = "interest"
    REFUND = "refund"
    #: Money of a round's prepayment; booked by its payout, never imported.
    ROUND_PREPAYMENT = "round_prepayment"


class LadderAction(StrEnum):
    """Measure of a step of the ladder (催办措施)."""

    REMIND = "remind"
    URGE = "urge"
    BULLETIN = "bulletin"
    INTERVIEW = "interview"
    SUSPEND = "suspend"


class Lane(StrEnum):
    """Whether the fund pays a line (direct) or the hospital does (self)."""

    DIRECT = "direct"
    SELF = "self"


class Hold(StrEnum):
    """Why a direct line waits (挂起原因)."""

    WAITING_HOSPITAL = "waiting_hospital"
    WAITING_ENTERPRISE = "waiting_enterprise"
    DISPUTED = "disputed"
    CONTRACT_MISSING = "contract_missing"
    PRICE_ABOVE_AWARD = "price_above_award"
    INVOICE_MISSING = "invoice_missing"
    INVOICE_MISMATCH = "invoice_mismatch"
    ACCOUNT_UNVERIFIED = "account_unverified"
    ENTERPRISE_SUSPENDED = "enterprise_suspended"
    #: Nobody entrusted the agency with paying for the hospital on that day.
    MANDATE_MISSING = "mandate_missing"
    TRACE_CODE_MISSING = "trace_code_missing"
    TRACE_CODE_REUSED = "trace_code_reused"
    ORIGINAL_MISSING = "original_missing"
    ORIGINAL_WAITING = "original_waiting"
    RETURN_EXCEEDS_ORIGINAL = "return_exceeds_original"


class SheetState(StrEnum):
    """Life of a settlement sheet (结算单); the words of the exports."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SHORT = "short"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"
    NOTHING_PAYABLE = "nothing_payable"


class InstructionState(StrEnum):
    """Life of a payment instruction (付款指令)."""

    APPROVED = "approved"
    BATCHED = "batched"
    SENT = "sent"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    REVERSED = "reversed"
    CANCELLED = "cancelled"


class InquiryAnswer(StrEnum):
    """What the bank answered about a payment of unknown fate (查复)."""

    NOT_RECEIVED = "not_received"
    IN_PROCESS = "in_process"
    PAID = "paid"


class BatchState(StrEnum):
    """Life of a payment batch (付款批次)."""

    PREPARED = "prepared"
    SENT = "sent"
    PARTLY_SETTLED = "partly_settled"
    SETTLED = "settled"
    VOIDED = "voided"


class Rail(StrEnum):
    """Payment system an order travels by (支付通道), the cheapest first."""

    IN_BANK = "in_bank"
    BEPS = "beps"
    IBPS = "ibps"
    HVPS = "hvps"


class ProfileChange(StrEnum):
    """Life of a proposed version of a bank profile (银行格式变更)."""

    PROPOSED = "proposed"
    ACTIVATED = "activated"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ExceptionKind(StrEnum):
    """Why a person must look (异常)."""

    UNMATCHED = "unmatched"
    AMOUNT_DIFFERS = "amount_differs"
    NAME_DIFFERS = "name_differs"
    ACCOUNT_DIFFERS = "account_differs"
    STATUS_UNKNOWN = "status_unknown"
    CONTRADICTION = "contradiction"
    RETURNED = "returned"
    DUPLICATE = "duplicate"
    FOREIGN = "foreign"
    LATE_EVIDENCE = "late_evidence"
    #: The entry fits an order, but not the bounds within which we match by ourselves.
    OUTSIDE_BOUNDS = "outside_bounds"


class JobState(StrEnum):
    """Life of a queued job (后台任务)."""

    WAITING = "waiting"
    SENT = "sent"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MailState(StrEnum):
    """Life of a mail (邮件)."""

    WAITING = "waiting"
    #: A person keeps it back.
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MailTopic(StrEnum):
    """What a contact is written to about (邮件类别)."""

    OVERDUE = "overdue"
    PAYMENTS = "payments"
    ACCOUNTS = "accounts"
    #: Problems reported in volume procurement.
    PROBLEMS = "problems"


class MailLanguage(StrEnum):
    """The language of a contact's mails (语言)."""

    CHINESE = "zh"
    ENGLISH = "en"


class FileFormat(StrEnum):
    """The format of a file that goes with a mail (附件格式)."""

    CSV = "csv"
    XLSX = "xlsx"


class AttemptOutcome(StrEnum):
    """What came of handing a mail to the server (发送结果)."""

    SENT = "sent"
    PUT_OFF = "put_off"
    FAILED = "failed"
    #: No server: this never counts against a mail.
    UNREACHABLE = "unreachable"
    #: A report said later that these recipients did not get it.
    RETURNED = "returned"


class BounceSource(StrEnum):
    """How it became known that an address takes no mail (退信来源)."""

    ANSWER = "answer"
    REPORT = "report"


class Role(StrEnum):
    """What a user may do (角色)."""

    MAKER = "maker"
    CHECKER = "checker"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"


class AccountSource(StrEnum):
    """Who asked for a change of a receiving account (账户变更来源)."""

    IMPORT = "import"
    PAGE = "page"
    SEAT = "seat"


class AccountChangeState(StrEnum):
    """How far a change of a receiving account got (账户变更状态)."""

    REQUESTED = "requested"
    CHECKED = "checked"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
