"""The demo city's bulletin: a quarter drafted, reviewed and sent, a reminder left to review."""

from datetime import date, timedelta

from models.records.papers import Paper, Rectification
from models.rules import cadence
from models.rules.job_names import JobName
from models.rules.papers import PaperKind, PaperState
from models.services import access
from models.services.papers import moving, rectifying
from scripts.demo import places, users
from scripts.demo.steps import Steps


def write(steps: Steps, month: str, on: date, seat: str) -> None:
    """Send the bulletin of the last quarter that is over, and leave a reminder to be reviewed."""
    quarter = cadence.last_ended(PaperKind.BULLETIN, on)
    maker, checker = users.MAKER.name, users.CHECKER.name
    if month not in quarter.months:
        told = {"on": on, "period": quarter.months[-1], "area": places.CITY}
        steps.run("quarter", f"监测指标 {quarter.months[-1]}", JobName.MONITOR, told, by=maker)
        steps.tell("季度末")
    numbers = {}
    for kind, span in ((PaperKind.BULLETIN, quarter.key), (PaperKind.REMINDER, month)):
        asked = {"on": on, "kind": kind.value, "span": span, "area": places.CITY}
        done = steps.run(f"paper:{kind}", f"起草 {span} 文书", JobName.PAPER, asked, by=maker)
        steps.tell(f"第 {done['paper']} 份")
        numbers[kind] = int(done["paper"])
    bulletin = Paper.get_by_id(numbers[PaperKind.BULLETIN])
    if bulletin.state == PaperState.DRAFT:
        moving.review(access.load(checker), bulletin.id, bulletin.content_hash)
        bulletin = Paper.get_by_id(bulletin.id)
    if bulletin.state == PaperState.REVIEWED:
        moving.send(access.load(maker), bulletin.id, bulletin.content_hash, on)
    if not Rectification.select().where(Rectification.hospital_code == seat).exists():
        rectifying.open_one(
            access.load(maker), seat, "国家集采第九批三个产品采购进度落后序时。",
            rectifying.DEMAND, on + timedelta(days=15), on,
        )  # fmt: skip
