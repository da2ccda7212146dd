"""A browser as people know it: the program and the system, out of what it says of itself."""

_PROGRAMS = (
    ("Edg/", "Edge"), ("360SE", "360"), ("QQBrowser", "QQ"), ("MicroMessenger", "微信"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("UOS", "UOS"), ("Kylin", "Kylin"), ("Android", "Android"),
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def words(agent: str) -> str:
    """Return program and system, or what the browser said, cut."""
    found = [
        next((name for sign, name in known if sign in agent), "") for known in (_PROGRAMS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or agent[:40] or "—"
