"""Lets a user in again who lost the password or the telephone, for whoever runs the machine."""

import argparse
import sys
from typing import Any

from models.records.access import User
from models.rules.errors.access import UnknownUser
from models.services import access, users
from models.services.users import second_factors
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Do what was asked for: end a lock-out, take the second factor away, set a password."""
    actor = cli.actor_of(options)
    access.require(actor, "create_user")
    if User.get_or_none(User.name == options.name) is None:
        raise UnknownUser(name=options.name)
    if options.password_stdin:
        chosen = sys.stdin.readline().rstrip("\r\n")
        users.set_password(options.name, chosen, by=actor.name, for_now=True)
    if options.second_factor:
        second_factors.reset(options.name, by=actor.name)
    users.unlock(options.name, by=actor.name)
    return {
        "name": options.name,
        "password_set": bool(options.password_stdin),
        "second_factor": "on" if second_factors.is_on(options.name) else "off",
    }


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("let_in", __doc__)
    asked.add_argument("name")
    asked.add_argument("--password-stdin", action="store_true", help="从标准输入读取新密码")
    asked.add_argument("--second-factor", action="store_true", help="取消丢失的动态口令")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
