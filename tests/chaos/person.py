"""A person at a browser who presses again when nothing answers, as people do."""

import contextlib
import http.client
import time
from collections.abc import Callable
from urllib.parse import urlencode

from tests.web.conftest import fields

PASSWORD = "Chaos-2026-pass"
ANSWER_SECONDS = 20
PAUSE_SECONDS = 0.15


class Unanswered(Exception):
    """The pages did not answer, or answered with an error of theirs."""


class Person:
    """One signed-in person."""

    def __init__(self, port: int, name: str, cookie: str = "") -> None:
        self.port, self.name, self.cookie = port, name, cookie

    def request(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Return status and text of an answer; raises Unanswered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for told in answer.headers.get_all("Set-Cookie") or ():
                self._keep(told.split(";")[0])
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        if answer.status >= 500:
            raise Unanswered(f"{method} {path}: {answer.status}")
        return answer.status, text

    def _keep(self, pair: str) -> None:
        name = pair.partition("=")[0]
        kept = [one for one in self.cookie.split("; ") if one and not one.startswith(f"{name}=")]
        self.cookie = "; ".join([*kept, pair])

    def submit(self, path: str, post_to: str = "", **typed: str) -> tuple[int, str]:
        """Open a page, type into its form and send the whole of it."""
        _, page = self.request("GET", path)
        return self.request("POST", post_to or path, urlencode(fields(page) | typed))

    def twin(self) -> "Person":
        """Return the same person at a second window."""
        return Person(self.port, self.name, self.cookie)

    def sign_in(self) -> None:
        """Sign in; the session outlives the rounds."""
        status, _ = self.submit("/sign-in", name=self.name, password=PASSWORD)
        assert status == 302, f"{self.name} could not sign in: {status}"

    def insist(
        self,
        press: Callable[["Person"], None],
        done: Callable[[], bool],
        under_way: Callable[[], bool],
    ) -> None:
        """Press, and again until it is done, but not while the page shows that it is under way."""
        pressed = False
        while not done():
            if not pressed or not under_way():
                pressed = True
                with contextlib.suppress(Unanswered):
                    press(self)
            time.sleep(PAUSE_SECONDS)


def calculate(period: str) -> Callable[[Person], None]:
    """Return what a maker presses to settle a month."""

    def press(person: Person) -> None:
        person.submit(f"/sheets/calculate?period={period}")

    return press


def review(period: str) -> Callable[[Person], None]:
    """Return what a reviewer presses to pass all sheets of a month that wait."""

    def press(person: Person) -> None:
        list_of = f"/sheets/?view=mine&period={period}"
        _, page = person.request("GET", list_of)
        token = fields(page)["csrf_token"]
        first = urlencode({"csrf_token": token, "all": "1", "action": "approve"})
        _, checked = person.request("POST", f"/sheets/check?view=mine&period={period}", first)
        found = fields(checked)
        if "selection_hash" in found:
            person.request("POST", f"/sheets/check?view=mine&period={period}", urlencode(found))

    return press
