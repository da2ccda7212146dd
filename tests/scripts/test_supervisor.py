"""Who dies too often is tried rarely; the Procfile says what runs."""

import time

from scripts.serve import entries
from scripts.setup import LOCKS, digest
from scripts.supervisor import BACK_OFF, RARE_SECONDS, SHORT_LIVES_MAX, Program, plan


def program(**record):
    made = Program("worker.1", spawn=lambda: None)
    for name, value in record.items():
        setattr(made, name, value)
    return made


def test_the_wait_grows_with_each_short_life_and_ends_rare():
    one = program()
    waits = []
    for _ in range(SHORT_LIVES_MAX + 1):
        one.began = time.monotonic()
        waits.append(plan(one, "exit 1"))
    assert waits[: len(BACK_OFF)] == list(BACK_OFF)
    assert waits[SHORT_LIVES_MAX - 1] == BACK_OFF[-1]
    assert waits[-1] == RARE_SECONDS
    assert sum(BACK_OFF) < 60, "a worker that is killed now and then is back within a minute"


def test_a_steady_life_clears_the_record():
    one = program(short_lives=SHORT_LIVES_MAX, began=time.monotonic() - 3600)
    assert plan(one, "signal") == BACK_OFF[0]


def test_the_reason_is_shown(capfd):
    plan(program(began=time.monotonic()), "退出码 3")
    assert "worker.1 已结束（退出码 3），0.5 秒后重新启动。" in capfd.readouterr().out


def test_half_lines_wait_for_their_end():
    one = program()
    assert one.lines(b"a\nb") == [b"a"]
    assert one.lines(b"c\n") == [b"bc"]
    assert one.lines(b"rest") == []
    assert one.lines(b"") == [b"rest"]


def test_the_procfile_states_four_kinds_of_processes(pytestconfig):
    found = dict(entries(pytestconfig.rootpath / "Procfile", workers=2))
    assert list(found) == ["web", "relay", "schedule", "worker.1", "worker.2"]
    assert found["web"][1:] == ["-m", "web.main"]


def test_the_stamp_of_the_environment_covers_every_lock(pytestconfig):
    assert digest("app") != digest("test")
    locks = {path.name for path in (pytestconfig.rootpath / "requirements").glob("*.txt")}
    covered = {lock for extent in LOCKS.values() for lock in extent}
    assert locks == {lock.removeprefix("requirements/") for lock in covered}


def test_the_locks_are_hashed_and_name_no_index(pytestconfig):
    for lock in {lock for extent in LOCKS.values() for lock in extent}:
        text = (pytestconfig.rootpath / lock).read_text()
        assert "--index-url" not in text
        assert "https://" not in text
        assert text.count("--hash=sha256:") > text.count("==")
