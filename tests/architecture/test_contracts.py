"""The import contracts of .importlinter hold."""

import subprocess
import sys
from pathlib import Path

from models.settings import ROOT


def test_the_import_contracts_are_kept():
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run(
        [sys.executable, lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout
