"""What a production system must not start with: known secrets, the demo's people, no https."""

from urllib.parse import urlsplit

import peewee as pw

from models.records.access import User
from models.records.base import connect, db
from models.rules.passwords import DEMO_PASSWORD
from models.services.users import passwords
from models.settings import Settings

SECRET_CHARS_MIN = 32
#: Fewer different characters than this were typed, not drawn.
SECRET_KINDS_MIN = 10
#: Hosts that are reached without a network.
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
#: Whoever has the demo's password is looked for among so many users, those of the demo first.
_DEMO_NAMES = (
    "maker", "checker", "approver", "supervisor", "auditor", "administrator", "hospital",
    "enterprise",
)  # fmt: skip


def problems(settings: Settings) -> list[str]:
    """Return why this installation must not serve as production; empty: it may, or it is no such.

    The key that the first start makes for itself is drawn by chance and long enough.
    """
    if not settings.production:
        return []
    found = []
    key = settings.secret_key
    if key and (len(key) < SECRET_CHARS_MIN or len(set(key)) < SECRET_KINDS_MIN):
        found.append(
            f"SECRET_KEY 太短或太简单，请使用至少 {SECRET_CHARS_MIN} 个随机字符。"
            f" SECRET_KEY must be at least {SECRET_CHARS_MIN} random characters."
        )
    if settings.metrics_token and len(settings.metrics_token) < SECRET_CHARS_MIN:
        found.append(
            f"METRICS_TOKEN 太短，请使用至少 {SECRET_CHARS_MIN} 个随机字符。"
            f" METRICS_TOKEN must be at least {SECRET_CHARS_MIN} random characters."
        )
    address = urlsplit(settings.public_url)
    if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
        found.append(
            "PUBLIC_URL 须以 https:// 开头，否则登录信息会在网络上被看到。"
            " PUBLIC_URL must begin with https://."
        )
    if address.scheme == "https" and not settings.proxies:
        found.append(
            "PUBLIC_URL 是 https，而本程序自己不做 TLS：请用 PROXIES 说明前面有几层反向代理，"
            "否则所有访问者都被当成同一个地址。"
            " PROXIES must say how many proxies stand before this program, which speaks http."
        )
    names = demo_users(settings)
    if names:
        found.append(
            f"用户 {'、'.join(names)} 仍使用演示密码，请停用或更改密码后再启动。"
            f" These users still have the demo's password: {', '.join(names)}."
        )
    return found


def demo_users(settings: Settings) -> list[str]:
    """Return the active users of the demo that still have its password.

    A database that is away or empty has none; signing in refuses that password in any case.
    """
    try:
        connect(settings)
        db.connect(reuse_if_open=True)
        people = list(User.select().where(User.name.in_(_DEMO_NAMES), User.active))
        return [user.name for user in people if passwords.fits(user.password_hash, DEMO_PASSWORD)]
    except pw.DatabaseError:
        return []
    finally:
        if not db.is_closed():
            db.close()
