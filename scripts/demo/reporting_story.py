"""What happens to the demo city's reports: compared, asked about, one submitted, grades made."""

from datetime import date, timedelta

from models.rules.job_names import JobName
from models.rules.participation import FindingMove, FindingState
from models.services import access
from models.services.documents import Document
from models.services.participation import acting
from models.services.reporting import deciding, writing
from models.services.views import participation, reports
from models.services.views.rows import Rows
from scripts.demo import places, users
from scripts.demo.products import NEXT_ROUND
from scripts.demo.steps import Steps

#: A page that says what it is, enough for a reader of PDF.
LETTER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def write(steps: Steps, on: date, seat: str) -> None:
    """Compare the rounds, ask a hospital, submit the seat's report, make a list of grades."""
    told = steps.run(
        "participation", "比较报量、签约和使用量", JobName.PARTICIPATION, {"on": on}, by="system"
    )
    steps.tell(f"参与问题 {told['findings']:,} 项")
    _ask(on)
    _report(seat, on)
    asked = {"on": on, "year": on.year, "area": places.CITY}
    made = steps.run("grades", "绩效分级名单", JobName.GRADES, asked, by=users.MAKER.name)
    steps.tell(f"{made['list_no']}，医院 {made['hospitals']} 家")


def _ask(on: date) -> None:
    """Ask the first hospital about what it left out."""
    asked = participation.Asked(state="all")
    found = participation.LIST.page(participation.where(Rows(), asked, on), size=5)
    if found and all(one.state == FindingState.OPEN for one in found):
        step = acting.Step(FindingMove.ASK, "请说明漏报的原因。", on + timedelta(days=15))
        acting.act(access.load(users.MAKER.name), [one.id for one in found], step, on=on)


def _report(seat: str, on: date) -> None:
    """Let the seat's hospital submit its report of the round under way."""
    if not any(one.round_code == NEXT_ROUND for one in reports.to_begin(seat, on)):
        return
    hospital = access.load("hospital")
    number = writing.begin(hospital, seat, NEXT_ROUND, unified=False, on=on)
    letter = Document("承诺函.pdf", LETTER)
    writing.write(hospital, number, [], document=letter, signed_on=on, on=on)
    deciding.submit(hospital, number, on=on)
