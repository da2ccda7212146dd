"""The port of the pages: free before the start, answering after it."""

import http.client
import socket

from models.rules.errors.services import PortTaken

PORT_DEFAULT = 8000
PORTS_TRIED = 100


def choose_port(wanted: int | None) -> int:
    """Return the port of the pages: the one asked for, or the first free one from 8000."""
    if wanted is not None:
        if not is_free(wanted):
            raise PortTaken(port=wanted)
        return wanted
    for port in range(PORT_DEFAULT, PORT_DEFAULT + PORTS_TRIED):
        if is_free(port):
            return port
    raise PortTaken(port=f"{PORT_DEFAULT}–{PORT_DEFAULT + PORTS_TRIED - 1}")


def is_free(port: int) -> bool:
    """Return whether nobody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def healthy(port: int) -> bool:
    """Return whether the pages answer that everything is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
