"""Asks for rejected or returned payments to be made again, or releases such a request."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models.records.base import sql
from models.rules.errors.payment import UnknownRequest
from models.rules.money import fen
from models.services import jobs, reissue
from models.services.access import Actor
from scripts import cli
from scripts.pay import writable, written


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Ask with references, or with --release write the bank files of a request to --out."""
    actor = cli.actor_of(options)
    if options.release is None:
        number = reissue.ask(actor, options.references, options.profile, options.reason, options.on)
        return {"request_no": number, **_content(number)}
    folder = writable(Path(options.out))
    result = _released(actor, options)
    return {"batches": [written(batch, folder, by=actor.name) for batch in result["batches"]]}


def _content(request_no: str) -> dict[str, Any]:
    """Return count and sum that the second person must name."""
    row = sql(
        "SELECT count(*), (sum(amount_fen)::numeric / 100)::numeric(24, 2)::text"
        " FROM payment_reissue WHERE request_no = %s",
        (request_no,),
    ).fetchone()
    if not row[0]:
        raise UnknownRequest(request_no=request_no)
    return {"lines": int(row[0]), "total_yuan": row[1]}


def _released(actor: Actor, options: argparse.Namespace) -> dict[str, Any]:
    job_id = reissue.release(
        actor,
        options.release,
        options.on,
        count=options.lines,
        total_fen=options.total_fen,
    )
    ended = jobs.wait(job_id, lambda _row: None)
    if ended.result is None:
        raise cli.Refused(ended.error_sentence or "任务未完成。", ended.error_code or "job")
    result: dict[str, Any] = ended.result
    return result


def _fen(text: str) -> int:
    """Return a sum given in yuan as fen."""
    try:
        return fen(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no sum in yuan") from None


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("reissue", __doc__)
    asked.add_argument("references", nargs="*", metavar="REFERENCE")
    asked.add_argument("--profile", help="银行文件模板 bank profile")
    asked.add_argument("--reason", help="重付原因 why it is paid again")
    asked.add_argument("--release", metavar="REQUEST", help="放行申请 release a request")
    asked.add_argument("--lines", type=int, help="放行的笔数 number of payments released")
    asked.add_argument("--total-yuan", dest="total_fen", type=_fen, help="放行的金额 sum released")
    asked.add_argument("--as", dest="actor")
    asked.add_argument("--out", metavar="DIR")
    options = asked.parse_args(arguments)
    wanted = (
        (options.lines, options.total_fen, options.out)
        if options.release
        else (options.references, options.profile, options.reason)
    )
    if not all(wanted) or (options.release and options.references):
        asked.error(
            "either REFERENCE… --profile --reason, or --release REQUEST --lines --total-yuan --out"
        )
    return cli.run(command, options)


if __name__ == "__main__":
    sys.exit(main())
