"""Takes in a statement (对账单) of an account, or tells with --dry-run what it would do."""

import argparse
import sys
from typing import Any

from models.rules.errors.bank import DaysBoundRefused
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.schemas.jobs import DAYS_BOUND_MAX
from scripts import bank_command

KEYS = ("entries", "matched", "exceptions")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return bank_command.main(
        JobName.STATEMENT, __doc__, KEYS, arguments, options=_options, more=_more, words=_words
    )


def _options(asked: argparse.ArgumentParser) -> None:
    asked.add_argument("--dry-run", action="store_true", help="只试算，不登记 tell, change nothing")
    asked.add_argument(
        "--days-max",
        type=int,
        metavar="N",
        help="发送与入账相差超过 N 天的不自动认定 days between sending and booking",
    )


def _more(chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.days_max is not None and not 0 <= chosen.days_max <= DAYS_BOUND_MAX:
        raise DaysBoundRefused(days=chosen.days_max, most=DAYS_BOUND_MAX)
    return {"dry": chosen.dry_run, "days_max": chosen.days_max}


def _words(result: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return which days stay open and why; of a plan also counts and sums of each outcome."""
    added: dict[str, Any] = {}
    sentences = []
    if result.get("dry"):
        added["outcomes"] = {
            name: {"count": one["count"], "sum_yuan": yuan(one["sum_fen"])}
            for name, one in result["outcomes"].items()
        }
        sentences.append("以上为试算，未登记任何内容。")
    if result.get("open_days"):
        added["open_days"] = [
            {
                "account_tail": one["account_tail"],
                "day": one["day"],
                "reason": one["sentence"],
            }
            for one in result["open_days"]
        ]
        sentences += [
            f"尾号 {one['account_tail']} 账户 {one['day']} 未结平：{one['sentence']}"
            for one in result["open_days"]
        ]
    return added, sentences


if __name__ == "__main__":
    sys.exit(main())
