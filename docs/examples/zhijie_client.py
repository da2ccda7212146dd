"""A small client of the Zhijie interface, to copy: Python 3.11, nothing but its own library.

client = Zhijie("https://zhijie.example", key="zj_…")
verdict = client.send("confirmations", [{"line_no": "L1", ...}], request_id="2026-03-25-001")
for sheet in client.read("sheets", period="2026-03"):
    print(sheet["sheet_no"], sheet["state"], sheet["payable_yuan"])
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Row = Mapping[str, Any]

#: A request without an answer is sent again under the same name, so often, with these pauses.
PAUSES_SECONDS = (1.0, 5.0, 20.0)
#: What may go better later.
LATER = frozenset({429, 500, 502, 503, 504})


class Refused(Exception):
    """The interface said no: decide by `code`, show `sentence` to people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", f"http_{status}"))
        self.sentence = str(problem.get("detail", ""))
        super().__init__(f"{status} {self.code}: {self.sentence}")


@dataclass(frozen=True)
class Verdict:
    """What became of the rows of one request: rows = accepted + unchanged + rejected."""

    rows: int
    accepted: int
    unchanged: int
    rejected: int
    #: For each refused row its number (1 is the first), its codes and a sentence.
    errors: list[dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """A queued import: ask again until it has ended."""

    number: int
    state: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    error_file: str | None

    @property
    def ended(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state in {"done", "failed", "cancelled"}


class Zhijie:
    """The interface behind one key; with a signing secret every request is signed."""

    def __init__(
        self, base_url: str, key: str, *, signing_secret: str = "", timeout_seconds: float = 60.0
    ) -> None:
        self._base = base_url.rstrip("/")
        self._key = key
        self._signing_secret = signing_secret
        self._timeout = timeout_seconds

    def send(self, table: str, rows: Iterable[Row], *, request_id: str) -> Verdict:
        """Send at most 10,000 rows and return the verdict on each; amounts as text, not as float.

        The same `request_id` with the same rows is done once, however often it is sent.
        """
        body = json.dumps(list(rows), ensure_ascii=False).encode()
        told = self._call("POST", f"/api/v1/{table}", body, "application/json", request_id)
        return Verdict(
            rows=told["rows"],
            accepted=told["accepted"],
            unchanged=told["unchanged"],
            rejected=told["rejected"],
            errors=told["errors"],
        )

    def send_many(self, table: str, rows: Iterable[Row], *, request_id: str) -> Job:
        """Send any number of rows as an import and return its job."""
        lines = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
        told = self._call("POST", f"/api/v1/{table}", lines, "application/x-ndjson", request_id)
        return self.job(told["job"])

    def job(self, number: int) -> Job:
        """Return how far a job is."""
        told = self._call("GET", f"/api/v1/jobs/{number}")
        return Job(told["id"], told["state"], told["result"], told["error"], told["error_file"])

    def wait(self, job: Job, *, every_seconds: float = 2.0) -> Job:
        """Return the job when it has ended."""
        while not job.ended:
            time.sleep(every_seconds)
            job = self.job(job.number)
        return job

    def read(self, what: str, **filters: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list, page by page: lines, sheets, payments, holds, overdue."""
        following: str | None = (
            f"/api/v1/{what}?{urlencode(filters)}" if filters else (f"/api/v1/{what}")
        )
        while following:
            page = self._call("GET", following)
            yield from page["items"]
            following = page["next"]

    def _call(
        self, method: str, target: str, body: bytes = b"", kind: str = "", request_id: str = ""
    ) -> Any:
        for pause in (*PAUSES_SECONDS, None):
            try:
                return self._once(method, target, body, kind, request_id)
            except Refused as error:
                if error.status not in LATER or pause is None:
                    raise
            except OSError:
                if pause is None:
                    raise
            time.sleep(pause)
        raise AssertionError

    def _once(self, method: str, target: str, body: bytes, kind: str, request_id: str) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", **self._signed(method, target, body)}
        if method == "POST":
            headers |= {"Content-Type": kind, "Idempotency-Key": request_id}
        asked = urllib.request.Request(
            self._base + target, data=body or None, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=self._timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, _problem(error.read())) from None

    def _signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        if not self._signing_secret:
            return {}
        seconds, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        content = hashlib.sha256(body).hexdigest()
        text = "\n".join(("v1", method, target, seconds, nonce, content)).encode()
        mac = hmac.new(self._signing_secret.encode(), text, hashlib.sha256).hexdigest()
        return {
            "X-Zhijie-Time": seconds,
            "X-Zhijie-Nonce": nonce,
            "X-Zhijie-Content-SHA256": content,
            "X-Zhijie-Signature": f"v1={mac}",
        }


def _problem(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def is_from_zhijie(
    secret: str, headers: Mapping[str, str], body: bytes, *, seconds_max: int = 300
) -> bool:
    """Return whether a webhook is signed with our secret and not old.

    The names of the headers are in small letters.
    """
    event_id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not seconds.isdecimal() or abs(time.time() - int(seconds)) > seconds_max:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{event_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(mac).decode()
    told = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, one) for one in told)
