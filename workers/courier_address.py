"""Where the broker is: one server, or whichever of several the sentinels call the master."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.sentinel import Sentinel

#: redis+sentinel://[user:password@]host1:26379,host2:26379/NAME[/DATABASE][?sentinel_password=…]
SCHEME = "redis+sentinel"
SENTINEL_PORT = 26_379


def client(redis_url: str, **options: Any) -> redis.Redis:  # noqa: ANN401 - those of redis-py
    """Return a client of the broker; with sentinels each new connection asks who is master now."""
    parts = urlsplit(redis_url)
    if parts.scheme != SCHEME:
        return redis.Redis.from_url(redis_url, **options)
    account, _, hosts = parts.netloc.rpartition("@")
    user, _, password = account.partition(":")
    name, _, database = parts.path.strip("/").partition("/")
    secret = parse_qs(parts.query).get("sentinel_password", [None])[0]
    patience = {key: options[key] for key in options if key.startswith("socket_")}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_place(one) for one in hosts.split(",")],
        sentinel_kwargs={**patience, **({"password": secret} if secret else {})},
    )
    login = {"username": unquote(user) or None, "password": unquote(password) or None}
    found: redis.Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
        name, db=int(database or 0), **login, **options
    )
    return found


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host else (port, SENTINEL_PORT)
