"""Makes .venv from the locked, hashed requirements; quick when nothing changed."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {
    "app": ("requirements/app.txt",),
    "test": ("requirements/app.txt", "requirements/test.txt"),
    "bench": ("requirements/app.txt", "requirements/bench.txt"),
}


def main(arguments: list[str] | None = None) -> int:
    """Bring .venv to what the locks say; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extent", choices=LOCKS, nargs="?", default="app")
    extent = parser.parse_args(arguments).extent
    if is_current(extent):
        return 0
    python = VENV / "bin" / "python"
    if not _runs(python):
        print("正在建立 Python 环境 .venv。", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode != 0 or not _runs(python):
            print(
                "无法建立 .venv：这个 Python 缺少 venv 模块"
                "（Debian/Ubuntu 请安装 python3-venv）。"
                " Cannot create .venv: this Python lacks its venv module.",
                file=sys.stderr,
            )
            return 1
    print("正在安装锁定版本的软件包。", flush=True)
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    for lock in LOCKS[extent]:
        command += ["-r", str(ROOT / lock)]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        print("软件包没有装全，请检查网络后重试。 Installing failed; try again.", file=sys.stderr)
        return 1
    for covered in LOCKS:
        if not set(LOCKS[covered]) <= set(LOCKS[extent]):
            continue
        _stamp(covered).write_text(digest(covered))
    return 0


def is_current(extent: str) -> bool:
    """Return whether .venv was made from these very locks and still runs."""
    try:
        told = _stamp(extent).read_text()
    except OSError:
        return False
    return told == digest(extent) and (VENV / "bin" / "python").exists()


def digest(extent: str) -> str:
    """Return the hash of the locks."""
    content = b"".join((ROOT / lock).read_bytes() for lock in LOCKS[extent])
    return hashlib.sha256(content).hexdigest()


def _stamp(extent: str) -> Path:
    return VENV / f".made-{extent}"


def _runs(python: Path) -> bool:
    if not python.exists():
        return False
    told = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return told.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
