"""The payment systems a new system starts with: facts with their source, kept up by people."""

from datetime import date

from models.records.base import db, sql
from models.rules.rails import EVERY_BANK
from models.rules.words import Rail

_FROM = date(2018, 5, 2)

#: rail, cap in fen, opens, cut-off, source. Hours of the large-value system: People's Bank of
#: China, in force since 2018-05-02. No current text of the small-value cap could be read; its
#: figure is what the notice of 2020-01-24 calls the cap before a temporary rise.
SEEDS: tuple[tuple[Rail, int | None, str | None, str | None, str], ...] = (
    (Rail.IN_BANK, None, None, None, "行内转账的上限和时间由各银行规定，请与开户行核对"),
    (
        Rail.BEPS,
        1_000_000_00,
        None,
        None,
        "小额支付系统全天受理；100 万元为人民银行 2020-01-24 通知临时提高之前的上限，"
        "未能读到现行文件，请与开户行核对",
    ),
    (
        Rail.IBPS,
        1_000_000_00,
        None,
        None,
        "网上支付跨行清算系统全天受理；通常上限 100 万元，请与开户行核对",
    ),
    (
        Rail.HVPS,
        None,
        "20:30",
        "17:15",
        "大额支付系统：前一自然日 20:30 至 17:15 受理（2018-05-02 起），之后至 17:30 为清算窗口",
    ),
)
_ADD = """
INSERT INTO rail_rule (profile_code, rail, valid_from, cap_fen, opens, cut_off, source_note)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def ensure() -> int:
    """Bring in the rows of every bank that are missing and return how many were added.

    A row that people changed or ended stays as they left it.
    """
    with db.atomic():
        return sum(
            sql(_ADD, (EVERY_BANK, rail, _FROM, cap, opens, cut_off, note)).rowcount
            for rail, cap, opens, cut_off, note in SEEDS
        )
