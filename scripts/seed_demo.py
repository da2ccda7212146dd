"""Writes the files of the demo city 澜江市, the same for the same seed, size and day."""

import argparse
import csv
import json
import sys
from datetime import date
from pathlib import Path

from models import clock
from models.settings import Settings
from scripts.demo import city, main_job, steps
from scripts.demo.progress import Progress

LINES_MIN = 1_000


def run_main_job(current: Settings, *, address: str = "", size: city.Size | None = None) -> int:
    """Settle the demo city by the workers and print what came of it; return the exit status."""
    on = steps.begun_on() or clock.today()
    with Progress() as show:
        made = main_job.run_main_job(on, show, var_dir=current.var_dir, size=size)
        for line in made.lines(address):
            show.line(line)
    return 1 if made.broken else 0


def main(arguments: list[str] | None = None) -> int:
    """Write the files and the order of their import; return the exit status."""
    ask = argparse.ArgumentParser(prog="python -m scripts.seed_demo", description=__doc__)
    ask.add_argument("--out", type=Path, required=True, help="目录，文件写入其中")
    ask.add_argument("--seed", type=int, default=city.SEED, help="同一种子生成同样的文件")
    ask.add_argument("--lines", type=int, default=city.LINES, help="采购明细行数")
    ask.add_argument("--months", type=int, default=city.MONTHS, help="业务日期之前的月数")
    ask.add_argument("--on", type=date.fromisoformat, default=None, help="业务日期，默认今天")
    ask.add_argument("--json", action="store_true", help="最后一行输出 JSON")
    told = ask.parse_args(arguments)
    if told.lines < LINES_MIN or told.months < 1:
        ask.error(f"--lines 至少 {LINES_MIN}，--months 至少 1")
    size = city.Size(lines=told.lines, months=told.months)
    made = city.write(told.out, told.on or clock.today(), seed=told.seed, size=size)
    with (told.out / "order.csv").open("w", encoding="utf-8", newline="") as opened:
        rows = [(file.stage, file.kind, file.path.relative_to(told.out)) for file in made.files]
        csv.writer(opened).writerows([("stage", "kind", "file"), *rows])
    if told.json:
        print(json.dumps({"months": made.months, "files": len(made.files), "lines": told.lines}))
    else:
        print(f"已生成 {len(made.files)} 个文件，采购明细 {told.lines:,} 行。")
        print(f"月份：{'、'.join(made.months)}。")
        print(f"导入顺序见 {told.out / 'order.csv'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
