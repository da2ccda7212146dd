"""All pages of the admin in the order of the menu."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from web.admin import (
    accounts,
    audit,
    bank_profiles,
    catalogue,
    find,
    home,
    imports,
    jobs,
    parties,
    rails,
    row_codes,
    saved,
    scheme_naming,
    schemes,
    users,
)


def install(app: Flask) -> None:
    """Register every page with the application."""
    admin = Admin(
        app,
        name="直结",
        url="/",
        index_view=home.HomeView(name=home.NAME, url="/", endpoint="admin"),
        theme=Bootstrap4Theme(base_template="zhijie/base.html", fluid=True),
    )
    app.extensions["zhijie_admin"] = admin
    app.jinja_env.globals["row_code"] = row_codes.word
    app.jinja_env.globals["scheme_named"] = scheme_naming.named
    app.jinja_env.globals.update(saved_here=saved.here, save_here=saved.new_url)
    for module in (
        parties,
        catalogue,
        schemes,
        rails,
        bank_profiles,
        accounts,
        imports,
        jobs,
        audit,
        users,
        find,
        *_work(),
    ):
        for view in module.views():
            admin.add_view(view)


def _work() -> Iterator[ModuleType]:
    """Yield the work screens: every module web/admin/work_*.py brings its own `views()`."""
    for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda m: m.name):
        if module.name.startswith("work_"):
            yield importlib.import_module(f"web.admin.{module.name}")
