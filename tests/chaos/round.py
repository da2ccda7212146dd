"""One round: a month in the storm of a seed, compared with the same month in peace."""

import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import psycopg
import redis
from dramatiq.errors import DramatiqError

from models import settings
from models.records import base
from tests import servers
from tests.chaos import city, month, naive_worker
from tests.chaos.month import Month
from tests.chaos.office import StormyOffice
from tests.chaos.person import Person
from tests.chaos.stage import CAST, Stage
from tests.chaos.storm import RECOVERY_SECONDS_MAX, Storm, Window
from tests.factories.sheets import APPROVER, CHECKER, MAKER
from tests.processes import wait_until

TEMPLATE, ROUND, PEACE = "chaos_template", "chaos_round", "chaos_peace"
#: So many different months; seeds beyond them share months, not storms.
MONTHS = 12
#: Every so many seeds one keeps the product's own leases and pauses.
SHIPPED_EVERY, SHIPPED_FAULTS = 25, 12
FAULTS = 70
#: What the naive version is to pay, and how many at once.
NAIVE_PAYMENTS, NAIVE_AT_ONCE = 60, 5
NAIVE_CAST = {"naive": 2}
#: Plain actors get this long after the storm to do what is still in the queue.
LAST_PATIENCE_SECONDS = 15
#: A busy machine needs long to bring the cast up; no fault strikes before.
READY_SECONDS = 120
#: How often a person presses again before leaving it.
PRESSES_MAX = 100


@dataclass
class Outcome:
    """What became of a seed."""

    seed: int
    as_shipped: bool = False
    struck: Counter[str] = field(default_factory=Counter)
    recovered: list[float] = field(default_factory=list)
    paid_twice: int = 0
    lost: int = 0
    #: Everything else that differs from the month in peace, in sentences.
    wrong: list[str] = field(default_factory=list)
    jobs: int = 0
    run_again: int = 0
    mails_twice: int = 0
    seconds: float = 0
    long: list[str] = field(default_factory=list)
    naive_twice: int | None = None
    naive_lost: int | None = None

    @property
    def faults(self) -> int:
        """How many faults struck."""
        return self.struck.total()

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.paid_twice or self.lost or self.wrong)


class Theatre:
    """The stage with its template, and the months in peace that were played so far."""

    def __init__(self, port: int, lines: int = city.LINES) -> None:
        self.stage = Stage(port)
        self.lines = lines
        self.people: dict[str, Person] = {}
        self._peace: dict[int, Month] = {}

    def open(self) -> None:
        """Start the servers, make the masters and sign the people in."""
        self.stage.open()
        addresses = self.stage.servers.addresses()
        with _database(servers.clone(addresses, TEMPLATE)):
            city.build_masters()
        self.stage.enter(TEMPLATE, {"web": 1, "relay": 1, "worker": 1})
        wait_until(self.stage.ready, seconds=READY_SECONDS, what="the pages")
        for person in (MAKER, CHECKER, APPROVER):
            self.people[person.name] = Person(self.stage.port, person.name)
            self.people[person.name].sign_in()
        self.stage.leave()

    def close(self) -> None:
        """End everything."""
        self.stage.close()

    def peace(self, number: int) -> Month:
        """Return the month of a number as it goes when nothing happens."""
        if number not in self._peace:
            url = servers.clone(self.stage.servers.addresses(), PEACE, template=TEMPLATE)
            with _database(url):
                self._peace[number] = month.play(number, month.Office(), lines=self.lines)
            servers.drop(self.stage.servers.addresses(), PEACE)
            assert self._peace[number].ending.faults == []
        return self._peace[number]

    def play(self, seed: int, faults_max: int = FAULTS, *, naive: bool = False) -> Outcome:
        """Play a seed and return what became of it; every failure is told, none is raised."""
        began, stage = time.monotonic(), self.stage
        outcome = Outcome(seed, as_shipped=seed % SHIPPED_EVERY == SHIPPED_EVERY - 1)
        expected = self.peace(seed % MONTHS)
        stage.as_shipped = outcome.as_shipped
        faults = min(SHIPPED_FAULTS, faults_max) if outcome.as_shipped else faults_max
        storm = Storm(stage, draws(seed), faults)
        url = servers.clone(stage.servers.addresses(), ROUND, template=TEMPLATE)
        stage.post.empty()
        stage.enter(ROUND, CAST)
        try:
            wait_until(stage.ready, seconds=READY_SECONDS, what="the cast")
            with _database(url):
                self._month(seed, storm, expected, outcome)
        except Exception as error:  # noqa: BLE001 - told with its seed, and the next seed is played
            outcome.wrong.append(f"{type(error).__name__}: {error}")
        finally:
            storm.calm()
            self._stand_up()
            if left := stage.leave():
                outcome.wrong.append(f"{len(left)} processes were left over")
        outcome.struck, outcome.recovered = storm.struck, storm.recovered
        outcome.run_again, outcome.long = storm.run_again, storm.long
        if naive:
            outcome.naive_twice, outcome.naive_lost = self.play_naive(seed, faults_max)
        outcome.seconds = time.monotonic() - began
        return outcome

    def _month(self, seed: int, storm: Storm, expected: Month, outcome: Outcome) -> None:
        office = StormyOffice(self.stage, storm, self.people)
        office.mend()
        came = month.play(seed % MONTHS, office, lines=self.lines)
        storm.calm()
        office.mend()
        _until_all_ended(storm, outcome)
        office.mend()
        outcome.paid_twice, outcome.lost = came.ending.overpaid, came.ending.unpaid
        outcome.wrong += came.ending.faults
        for name, rows in expected.figures.items():
            if came.figures[name] != rows:
                missing = Counter(rows) - Counter(came.figures[name])
                more = Counter(came.figures[name]) - Counter(rows)
                outcome.wrong.append(
                    f"{name} differs: {list(missing)[:2]} missing, {list(more)[:2]} too much"
                )
        self._judge_mails(outcome)
        outcome.jobs = base.sql("SELECT count(*) FROM job").fetchone()[0]

    def _judge_mails(self, outcome: Outcome) -> None:
        """Every mail is sent and arrived; a repetition has the same Message-ID."""
        sent = {row[0] for row in base.sql("SELECT state FROM mail GROUP BY state").fetchall()}
        if sent - {"sent", "cancelled"}:
            outcome.wrong.append(f"mails are {sorted(sent)}")
        arrived = self.stage.post.sink.ids()
        outcome.mails_twice = len(arrived) - len(set(arrived))
        wanted = base.sql("SELECT count(*) FROM mail WHERE state = 'sent'").fetchone()[0]
        if len(set(arrived)) < wanted:
            outcome.wrong.append(f"{wanted - len(set(arrived))} mails were lost")

    def _stand_up(self) -> None:
        """Bring the servers back for the next round."""
        until = time.monotonic() + RECOVERY_SECONDS_MAX
        while time.monotonic() < until:
            self.stage.tend()
            try:
                self.stage.ask("SELECT 1", database="postgres")
                self.stage.broker().ping()
            except Exception:  # noqa: BLE001 - whatever a dying server says
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the servers did not come back")

    def play_naive(
        self, seed: int, faults: int = FAULTS, only: tuple[str, ...] = ()
    ) -> tuple[int, int]:
        """Pay by plain actors under the same seed; return how many twice, and how many never."""
        stage, bank = self.stage, self.stage.folder / "naive_bank"
        servers.clone(stage.servers.addresses(), ROUND, template="template0")
        stage.as_shipped = False
        bank.write_text("")
        stage.database = ROUND
        stage.ask(naive_worker.TABLE)
        storm = Storm(stage, draws(seed), faults, only)
        stage.enter(ROUND, NAIVE_CAST)
        try:
            for first in range(0, NAIVE_PAYMENTS, NAIVE_AT_ONCE):
                with storm.around() as window:
                    _ask_naively(stage, range(first, first + NAIVE_AT_ONCE), storm)
                    _quietly(window, stage)
            storm.calm()
            _quietly(Window(storm, []), stage, LAST_PATIENCE_SECONDS)
        finally:
            storm.calm()
            self._stand_up()
            stage.leave()
        paid = Counter(map(int, bank.read_text().split()))
        return sum(count > 1 for count in paid.values()), NAIVE_PAYMENTS - len(paid)


def draws(seed: int) -> Random:
    """Return the lots of a seed's storm."""
    return Random(f"storm {seed}")  # noqa: S311 - chosen blows


def _ask_naively(stage: Stage, numbers: range, storm: Storm) -> None:
    """Write the rows, then send the messages, as a page would; a person presses again."""
    storm.tick()
    for number in numbers:
        for _ in range(PRESSES_MAX):
            with contextlib.suppress(psycopg.Error, redis.RedisError, DramatiqError, OSError):
                stage.ask("INSERT INTO naive_payment VALUES (%s) ON CONFLICT DO NOTHING", (number,))
                naive_worker.send(stage.redis_url, number)
                break
            storm.tick()
            time.sleep(0.1)


def _quietly(window: Window, stage: Stage, patience: float = 1.2) -> None:
    """Wait until all is paid, or until nothing more was paid for so many seconds."""
    last = [time.monotonic(), -1.0]

    def done() -> bool:
        with contextlib.suppress(psycopg.Error):
            left = stage.ask("SELECT count(*) FROM naive_payment WHERE NOT paid")[0][0]
            if left != last[1]:
                last[:] = time.monotonic(), left
            return not left or time.monotonic() - last[0] > patience
        return time.monotonic() - last[0] > patience

    window.until(done, "the naive payments")


def _until_all_ended(storm: Storm, outcome: Outcome) -> None:
    """Wait for every job's end; one without an end, or that nobody can see, is a fault."""
    query = "SELECT id, name, state, attempt FROM job WHERE finished_at IS NULL"
    until = time.monotonic() + RECOVERY_SECONDS_MAX
    left: list[object] = [1]
    while left and time.monotonic() < until:
        storm.tick()
        try:
            left = storm.stage.ask(query)
        except psycopg.Error:
            left = [1]
        time.sleep(0.05)
    if left:
        outcome.wrong.append(f"jobs without an end: {left[:5]}")
    silent = storm.stage.ask(
        "SELECT count(*) FROM job WHERE state = 'failed' AND error_sentence IS NULL"
    )[0][0]
    if silent:
        outcome.wrong.append(f"{silent} failed jobs say nothing")


class _database:  # noqa: N801 - reads as a word
    """Point the records at a database for the length of a block, told apart from the product's."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> None:
        base.connect(settings.load({}), self.url)
        base.db.connect_params["application_name"] = "chaos"
        base.db.connect()

    def __exit__(self, *_: object) -> None:
        base.db.close()
