"""Where the embedded servers keep data and sockets: private, short enough, reachable for them."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.rules.errors.services import DataUnreachable
from scripts.embedded.account import Account, account_for

#: Paths of sockets are limited to 104 bytes (107 on Linux); the longest name in it takes 18.
RUN_FOLDER_BYTES_MAX = 80
#: Where the data go when the servers' user cannot enter VAR_DIR.
OUTSIDE = (Path("/var/tmp"), Path("/var/lib"))  # nosec B108  # noqa: S108 - own folder with a random name
_MARK = "home.json"


@dataclass(frozen=True)
class Home:
    """The folders of one installation's embedded servers."""

    var_dir: Path
    root: Path
    run: Path
    #: None: the servers run as ourselves.
    account: Account | None

    def folder(self, name: str) -> Path:
        """Return a private folder of the servers, made when it is missing."""
        folder = self.root / name
        self._make(folder)
        return folder

    def log(self, name: str) -> Path:
        """Return the path of a server's log; logs stay with VAR_DIR."""
        folder = self.var_dir / "log"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    def _make(self, folder: Path) -> None:
        if self.account:
            self.account.own(folder)
        else:
            folder.mkdir(mode=0o700, exist_ok=True)

    def remove(self) -> None:
        """Delete data and sockets for good (tests only)."""
        for folder in (self.run, self.root):
            shutil.rmtree(folder, ignore_errors=True)


def prepare(var_dir: Path) -> Home:
    """Return the home of this VAR_DIR's servers, made when it is missing.

    It is VAR_DIR/embedded. As root, when the servers' user cannot enter VAR_DIR (a clone under
    /root), it lies outside and VAR_DIR/embedded points to it: rights of folders that are not
    ours are never widened.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    root = var_dir / "embedded"
    if root.is_symlink() and not root.exists():
        root.unlink()
    account = account_for([root / "postgresql", root / "redis"])
    if account is None:
        root.mkdir(mode=0o700, exist_ok=True)
    elif not root.exists():
        root = _make_for(account, var_dir)
    root = root.resolve()
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK) or (account and not account.reaches(root)):
        raise DataUnreachable(folder=root, user=account.name if account else os.geteuid())
    home = Home(var_dir=var_dir, root=root, run=_run_folder(root, account), account=account)
    home._make(home.run)
    return home


def _make_for(account: Account, var_dir: Path) -> Path:
    root = var_dir / "embedded"
    if account.reaches(var_dir):
        _open(root)
        return root
    _sweep()
    for parent in OUTSIDE:
        outside = parent / f"zhijie-{secrets.token_hex(6)}"
        with contextlib.suppress(OSError):
            _open(outside)
            (outside / _MARK).write_text(json.dumps({"var_dir": str(var_dir)}))
            root.symlink_to(outside)
            return root
    raise DataUnreachable(folder=var_dir, user=account.name)


def _open(folder: Path) -> None:
    """Make a folder of root's that the servers' user passes through but cannot change."""
    folder.mkdir()
    folder.chmod(0o711)


def _sweep() -> None:
    """Remove outside homes whose VAR_DIR was a temporary folder and is gone.

    Other missing folders may be a disk that is not mounted today; those homes stay.
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    for parent in OUTSIDE:
        for mark in parent.glob(f"zhijie-*/{_MARK}"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                var_dir = Path(json.loads(mark.read_text())["var_dir"])
                ours = mark.stat().st_uid == os.geteuid()
                if ours and var_dir.is_relative_to(temporary) and not var_dir.exists():
                    shutil.rmtree(mark.parent, ignore_errors=True)


def _run_folder(root: Path, account: Account | None) -> Path:
    """Return the folder of the sockets: beside the data, or a short one under /tmp."""
    beside = root / "run"
    if len(os.fsencode(beside)) <= RUN_FOLDER_BYTES_MAX and _takes_sockets(root):
        return beside
    key = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # nosec B108  # noqa: S108 - ownership is checked
    if account or not base.is_dir() or len(os.fsencode(base)) > RUN_FOLDER_BYTES_MAX - 20:
        base = Path("/tmp")  # nosec B108  # noqa: S108
    short = base / f"zhijie-{key}"
    owners = {os.geteuid(), account.uid if account else os.geteuid()}
    if short.is_symlink() or (short.exists() and short.stat().st_uid not in owners):
        raise DataUnreachable(folder=short, user=os.geteuid())
    return short


def _takes_sockets(folder: Path) -> bool:
    """Return whether the file system knows unix sockets (some shared folders do not)."""
    probe = folder / ".socket"
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.bind(str(probe))
        except OSError:
            return False
        finally:
            probe.unlink(missing_ok=True)
    return True
