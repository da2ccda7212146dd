"""Makes a user: a name, a role, an area or institution, and a password read from standard input."""

import argparse
import getpass
import sys
from typing import Any

from models.records.base import sql
from models.rules.words import Role
from models.services import access, users
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Make the user; an area not imported yet is accepted with a warning."""
    actor = cli.actor_of(options)
    access.require(actor, "create_user")
    password = _password(from_stdin=options.password_stdin)
    user = users.create(
        options.name,
        Role(options.role),
        options.area,
        party_code=options.party,
        password=password,
        by=actor.name,
    )
    warnings = []
    if options.area != access.ALL_AREAS and not _known_area(options.area):
        warnings.append(f"统筹区 {options.area} 尚未导入，导入后该用户才能看到数据。")
        print(warnings[0], file=sys.stderr)
    return {"name": user.name, "role": str(user.role), "area": user.area_code, "warnings": warnings}


def _known_area(code: str) -> bool:
    return sql("SELECT 1 FROM area WHERE area_code = %s", (code,)).fetchone() is not None


def _password(*, from_stdin: bool) -> str | None:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("密码 password: ") if sys.stdin.isatty() else None


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("create_user", __doc__)
    asked.add_argument("name")
    asked.add_argument("--role", required=True, choices=[str(role) for role in Role])
    asked.add_argument("--area", required=True, help="all 或统筹区代码")
    asked.add_argument("--party", help="医疗机构编码或统一社会信用代码")
    asked.add_argument("--password-stdin", action="store_true")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
