"""The description of the interface: kept, complete, and no request it allows breaks the server."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from models.schemas import tables
from models.settings import ROOT
from tests.factories import imports as world
from tests.web.api.conftest import Caller, make_key
from web.api import document

#: Tables that are tried in every run; all share one road.
TRIED = ("purchases", "confirmations", "invoices", "deliveries", "contracts")
EXAMPLES = 6


def test_the_document_in_the_repository_is_what_the_schemas_say():
    kept = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert kept == document.text(), "run python -m scripts.document_api"


def test_every_table_and_every_call_is_described(app):
    told = document.render()
    assert told["openapi"] == "3.1.0"
    paths = {path.replace("/api/v1", "") for path in told["paths"]}
    assert {f"/{kind}" for kind in tables.BY_KIND} <= paths
    served = {
        rule.rule.replace("<code:", "{").replace("<int(max=9007199254740991):", "{")
        .replace(">", "}").replace("/api/v1", "")
        for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")
    }  # fmt: skip
    assert served - {"/{kind}", "/<kind}", "/openapi.json"} <= paths


def test_the_document_is_served_to_everybody(app):
    told = app.test_client().get("/api/v1/openapi.json")
    assert (told.status_code, told.json["openapi"]) == (200, "3.1.0")
    again = app.test_client().get(
        "/api/v1/openapi.json", headers={"If-None-Match": told.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.fixture
def caller(app, city, redis_url):
    """The agency's system without limits, in an application that answers errors as in service."""
    world.send("purchases", [world.purchase()])
    app.extensions["zhijie_rates"].calls = app.extensions["zhijie_rates"].writes = None
    app.config["TESTING"] = False
    return Caller(app, make_key("maker"))


def _operations(app):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method == "get" or operation.path.rpartition("/")[2] in TRIED:
            yield operation


def _try_out(operation, caller):
    """Send what the document allows to one operation; return the statuses."""
    statuses = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case):
        answer = case.call(headers=caller.headers())
        case.validate_response(answer, checks=[not_a_server_error])
        statuses.append(answer.status_code)
        if answer.status_code >= 400:
            assert {"code", "error", "detail"} <= answer.json().keys(), answer.text

    send()
    return statuses


def test_no_request_the_document_allows_breaks_the_server(app, caller):
    tried = {one.label: _try_out(one, caller) for one in _operations(app)}
    assert len(tried) == len(TRIED) + 13
    assert {status for statuses in tried.values() for status in statuses} >= {200, 400, 404}
    assert all(status < 500 for statuses in tried.values() for status in statuses)
