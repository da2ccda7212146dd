"""What we stand on: no known hole, a licence for everything, every file of it pinned by hash."""

import re

import pytest

from models.settings import ROOT
from scripts import advisories, licences

LOCKS = [ROOT / "requirements" / f"{name}.txt" for name in advisories.LOCKS]


def test_no_kept_advisory_touches_what_is_locked():
    assert advisories.affecting() == []
    assert set(advisories.pins()) == set(advisories.kept()["packages"]), (
        "packages came or went: renew the extract (python -m scripts.advisories --renew CHECKOUT)"
    )


@pytest.mark.parametrize(
    ("version", "is_touched"), [("1.9", False), ("2.0", True), ("2.3.1", True), ("2.4", False)]
)
def test_an_advisory_is_read_by_its_ranges(version, is_touched):
    ranges = [[{"fixed": "2.4"}, {"introduced": "2.0"}]]
    assert advisories.is_affected(version, {"versions": [], "ranges": ranges}) is is_touched
    listed = {"versions": ["2.0", "2.3.1"], "ranges": []}
    assert advisories.is_affected(version, listed) is is_touched


def test_a_vulnerable_lock_would_be_found(monkeypatch, capsys):
    """Werkzeug 2.0.0 has many."""
    monkeypatch.setattr(advisories, "pins", lambda: {"werkzeug": {"2.0.0"}})
    assert advisories.main([]) == 1
    assert "werkzeug 2.0.0: " in capsys.readouterr().out


def test_every_licence_is_known_listed_and_may_be_used():
    assert licences.TARGET.read_text(encoding="utf-8") == licences.render(), (
        "run python -m scripts.licences"
    )
    for package in licences.packages():
        allowed = licences.FREE | licences.LIBRARY
        if package.use != licences.LOCKS["app"]:
            allowed |= licences.TOOL
        assert licences.parts(package.licence) <= allowed, package


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_locked_package_has_its_hashes(lock):
    pinned = re.split(r"(?m)^(?=[a-z0-9])", lock.read_text(encoding="utf-8"))[1:]
    assert pinned
    assert [one.split()[0] for one in pinned if "--hash=sha256:" not in one] == []
