"""The entry of every screen, by the endpoint of its address."""

from web.help import data, master, oversight, payment, settlement, system
from web.help.screen import Screen

#: `sheets` is said on every screen of the sheets that has no entry of its own, as `sheets.one`.
SCREENS: dict[str, Screen] = {
    **data.SCREENS,
    **settlement.SCREENS,
    **payment.SCREENS,
    **oversight.SCREENS,
    **master.SCREENS,
    **system.SCREENS,
}


def of(endpoint: str | None) -> Screen | None:
    """Return what is told about the screen of an endpoint."""
    if not endpoint:
        return None
    return SCREENS.get(endpoint) or SCREENS.get(endpoint.partition(".")[0])
