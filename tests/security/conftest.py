"""The web's small world, for those who would do it harm."""

from tests.web.conftest import (  # noqa: F401 - fixtures
    app,
    bare_refusals,
    built_app,
    city,
    password_hash,
    people,
    reader,
)
