"""Signs of life go to the database the process works on."""

import pytest

from models import settings as settings_module
from models.records import base
from models.services.jobs.side import aside
from tests import servers

WHERE = "SELECT current_database()"


@pytest.fixture
def other(db, server_addresses, worker_number):
    name = f"beside_{worker_number}"
    url = servers.clone(server_addresses, name)
    yield name, url
    aside.close()
    base.db.close()
    servers.drop(server_addresses, name)
    base.connect(settings_module.load())
    base.db.connect()


def test_the_side_connection_follows_the_process_to_another_database(other):
    name, url = other
    (first,) = aside.run(WHERE)
    assert first != (name,)
    base.db.close()
    base.connect(settings_module.load(), url)
    base.db.connect()
    assert aside.run(WHERE) == [(name,)]
