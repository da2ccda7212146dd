"""The examples of deploy/ fit the program: units, proxy, alert rules, settings."""

import configparser
import re
import shlex
import shutil
import subprocess
import sys

import pytest
import yaml

from models.services.status import figures, judging
from models.settings import ROOT
from scripts import settings_document
from web.metrics import families, served

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
RULES = yaml.safe_load((DEPLOY / "prometheus" / "zhijie.rules.yml").read_text("utf-8"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.RawConfigParser(strict=False, comment_prefixes="#")
    found.optionxform = str
    found.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return found


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this machine has no systemd-analyze")
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/zhijie/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text.replace("/opt/zhijie", str(ROOT)), "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    # Where no systemd runs it says so; everything it says of a unit names the unit.
    assert [line for line in told.stderr.splitlines() if "zhijie" in line] == []
    if told.returncode:
        assert "zhijie" not in told.stderr


def test_the_units_start_what_the_procfile_states_and_wait_for_the_drain():
    procfile = dict(
        line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines()
    )
    for name, command in procfile.items():
        service = unit(f"zhijie-{name}{'@' if name == 'worker' else ''}.service")["Service"]
        assert shlex.split(service["ExecStart"])[1:] == shlex.split(command)[1:]
        assert service["User"] == "zhijie"
        assert int(service["TimeoutStopSec"]) <= 30
    assert int(unit("zhijie-web.service")["Service"]["TimeoutStopSec"]) > 20, "gunicorn's own time"
    for path in UNITS:
        if path.suffix == ".service":
            assert unit(path.name)["Service"]["NoNewPrivileges"] == "yes"
            assert unit(path.name)["Service"]["ProtectSystem"] == "strict"


def test_the_example_environment_names_settings_that_exist():
    lines = (DEPLOY / "zhijie.env").read_text("utf-8").splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert set(named) <= set(settings_document.names())
    secret = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    assert secret["SECRET_KEY"] == secret["METRICS_TOKEN"] == "", "nobody starts with an example's"


def test_the_table_of_settings_is_the_one_the_program_reads():
    assert settings_document.undocumented() == []
    assert settings_document.render() in OPERATIONS, "python -m scripts.document"


def metric_names() -> set[str]:
    """All names /metrics can tell, by figures of a system that has everything."""
    ended = (figures.Ended("tidy", "done", 1, 1.0),)
    everything = dict.fromkeys(figures.Figures.__dataclass_fields__) | {
        "queues": (figures.QueueFigures("bank", 0, 0, 0, 0, 0),),
        "processes": (figures.Seen("worker:a:1", "worker", 1, "bank", {}),),
        "ended": ended,
        "mails": {"waiting": 1, "failed": 0},
        "at": judging_now(),
        "statement_on": judging_now().date(),
        "books_checked_at": judging_now(),
    }  # fmt: skip
    numbers = {k: 0 if v is None else v for k, v in everything.items()}
    found = [
        *families.of_program(reachable=True),
        *families.of_work(figures.Figures(**numbers)),
        *families.of_pages(served.Counts()),
    ]
    return {one.name for one in found}


def judging_now():
    from models import clock

    return clock.now()


def test_the_document_lists_every_figure():
    told = set(re.findall(r"^\| `(zhijie_[a-z_]+)`", OPERATIONS, re.M))
    assert told == {
        name + ("_total" if name == "zhijie_http_responses" else "") for name in metric_names()
    }


def test_every_alert_asks_for_figures_that_exist_and_leads_to_a_section_that_exists():
    known = metric_names() | {"zhijie_http_request_seconds_bucket", "zhijie_http_responses_total"}
    headings = set(re.findall(r"^#{2,4} (.+)$", OPERATIONS, re.M))
    alerts = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) >= 20
    for rule in alerts:
        asked = set(re.findall(r"zhijie_[a-z_]+", rule["expr"]))
        assert asked <= known, rule["alert"]
        assert asked or "up{" in rule["expr"]
        assert rule["labels"]["severity"] in {"page", "look"}
        section = re.search(r'"(.+)"', rule["annotations"]["action"])[1]
        assert section in headings, f"{rule['alert']} leads nowhere"


def test_the_alerts_and_the_status_page_draw_the_same_lines():
    expressions = {
        rule["alert"]: rule["expr"] for group in RULES["groups"] for rule in group["rules"]
    }
    bounds = {
        "ZhijieRelayLags": judging.RELAY_LAG_BAD,
        "ZhijieUnknownTooLong": judging.UNKNOWN_BAD_SECONDS,
        "ZhijieJobsWait": judging.QUEUE_BAD,
        "ZhijieMailsStand": judging.MAIL_LOOK_SECONDS,
        "ZhijieNoStatement": judging.STATEMENT_LOOK_DAYS * 86_400,
        "ZhijieBooksUnchecked": judging.BOOKS_LOOK_SECONDS,
    }
    for alert, bound in bounds.items():
        assert re.search(rf"> {bound}\b", expressions[alert]), alert


def test_promtool_and_nginx_accept_their_files_where_they_are_installed(tmp_path):
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("this machine has no promtool; the files were checked with promtool 2.42")
    subprocess.run([found, "check", "rules", DEPLOY / "prometheus/zhijie.rules.yml"], check=True)


def test_the_proxy_hands_on_what_the_program_believes_and_nothing_a_visitor_claims():
    text = (DEPLOY / "nginx" / "zhijie.conf").read_text("utf-8")
    sent = dict(re.findall(r"proxy_set_header (\S+) (\S+);", text))
    assert sent["X-Forwarded-For"] == "$remote_addr"
    assert sent["X-Request-ID"] == "$request_id"
    assert sent["X-Client-Cert-SHA256"] == "$zhijie_client_sha256"
    assert "add_header Strict-Transport-Security" not in text, "the program sends it"
    assert "proxy_next_upstream off" in text, "no request that may move money is sent twice"
    megabytes = int(re.search(r"client_max_body_size (\d+)m", text)[1])
    assert megabytes << 20 > 2 << 30
    assert "location = /metrics { return 404; }" in text
