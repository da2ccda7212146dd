"""导入数据: choose table and file, look at what was sent, import it as a job, see the result."""

import contextlib
from collections.abc import Iterator
from typing import IO, Any, ClassVar

import peewee as pw
from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.records.files import ImportRun, StoredFile
from models.rules.errors import SettlementError
from models.rules.errors.imports import EmptyFile
from models.rules.job_names import JobName
from models.schemas import tables
from models.services import access, audit, files, jobs, templates
from web import downloads, scope
from web.admin import preview, taken_lists
from web.admin.columns import translated
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
from web.errors import sentence_of
from web.permissions import Page, right

ROWS = 30
_WRITERS = {"csv": templates.csv, "xlsx": templates.xlsx}


def allowed_kinds() -> list[tuple[str, Any]]:
    """Return the tables the reader may import, in the order that fills an empty system."""
    found = []
    for schema in tables.ALL:
        try:
            access.require_import(g.actor, schema.about.kind)
        except SettlementError:
            continue
        found.append((schema.about.kind, translated(schema.about.title)))
    return found


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield an upload piece by piece; memory stays flat."""
    while piece := stream.read(files.CHUNK_BYTES):
        yield piece


def visible_runs() -> Any:
    """Return the imports the reader may see."""
    query = ImportRun.select()
    if right(g.actor.role, Page.IMPORTS).own:
        return query.where(ImportRun.imported_by.in_(scope.own_names()))
    colleagues = scope.colleagues()
    return query if colleagues is None else query.where(ImportRun.imported_by.in_(colleagues))


def _runs() -> Any:
    """Return the imports the address asks for with their files, latest first."""
    query = visible_runs()
    if request.args.get("past"):
        query = query.where(ImportRun.kind == request.args["past"])
    return (
        query.select_extend(StoredFile.name.alias("file_name"), StoredFile.sha256)
        .join_from(
            ImportRun, StoredFile, pw.JOIN.LEFT_OUTER, on=(StoredFile.id == ImportRun.file_id)
        )
        .order_by(ImportRun.id.desc())
    )


def _titles() -> dict[str, Any]:
    return {schema.about.kind: translated(schema.about.title) for schema in tables.ALL}


class ImportsView(TakesOut, WorkView):
    """Three steps: choose, check, job."""

    page: ClassVar[Page] = Page.IMPORTS

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Choose table and file; below, what was imported so far."""
        if request.method == "POST":
            return self._upload()
        return self._choose("")

    def _choose(self, refusal: str) -> str:
        page = max(request.args.get("page", 0, type=int), 0)
        kind = request.values.get("kind", "")
        runs = list(_runs().limit(ROWS + 1).offset(page * ROWS).objects())
        return self.render(
            "zhijie/imports.html",
            kinds=allowed_kinds() if self.may_act() else [],
            titles=_titles(),
            kind=kind,
            refusal=refusal,
            runs=runs[:ROWS],
            more=len(runs) > ROWS,
            page=page,
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the imports of the address for a file."""
        return taken_lists.imports(_runs().limit(most).objects(), _titles())

    def _upload(self) -> ResponseReturnValue:
        self.require_act()
        kind, sent = request.form.get("kind", ""), request.files.get("file")
        try:
            schema = tables.table(kind)
            access.require_import(g.actor, kind)
            if sent is None or not sent.filename:
                raise EmptyFile
            with contextlib.closing(sent), db.atomic():
                stored = files.store(
                    sent.filename, pieces(sent.stream), by=g.actor.name, kind="upload"
                )
            if not stored.size_bytes:
                raise EmptyFile
        except SettlementError as error:
            return self._choose(sentence_of(error)), 422
        whole = "1" if request.form.get("all_or_nothing") else None
        return redirect(
            url_for("imports.check", kind=schema.about.kind, file_id=stored.id, whole=whole), 303
        )

    def _own_upload(self, file_id: int) -> StoredFile:
        stored = StoredFile.get_or_none(StoredFile.id == file_id, StoredFile.kind == "upload")
        if stored is None or stored.stored_by != g.actor.name:
            abort(404)
        return stored

    @expose("/<kind>/<int:file_id>", methods=("GET", "POST"))
    def check(self, kind: str, file_id: int) -> ResponseReturnValue:
        """Show what was sent before anything is taken; the second request queues the import."""
        self.require_act()
        stored = self._own_upload(file_id)
        schema = tables.table(kind)
        access.require_import(g.actor, kind)
        if request.method == "POST":
            return self._start(kind, stored)
        refusal, found = None, None
        try:
            found = preview.of(stored, kind)
        except SettlementError as error:
            refusal = error
        earlier = (
            ImportRun.select(ImportRun.imported_at, ImportRun.job_id)
            .join(StoredFile, on=(StoredFile.id == ImportRun.file_id))
            .where(ImportRun.kind == kind, StoredFile.sha256 == stored.sha256)
            .order_by(ImportRun.id.desc())
            .first()
        )
        page = self.render(
            "zhijie/import_check.html",
            kind=kind,
            schema=schema,
            title=translated(schema.about.title),
            stored=stored,
            found=found,
            refusal=sentence_of(refusal) if refusal else "",
            earlier=earlier,
            whole=bool(request.args.get("whole")),
        )
        return page, 422 if refusal else 200

    def _start(self, kind: str, stored: StoredFile) -> ResponseReturnValue:
        whole = bool(request.form.get("all_or_nothing"))
        with db.atomic():
            job = jobs.enqueue(
                JobName.IMPORT_DATA,
                {
                    "kind": kind,
                    "file_id": stored.id,
                    "all_or_nothing": whole,
                    "on": clock.today(),
                },
                by=g.actor.name,
                dedupe_key=f"import:{kind}:{stored.id}",
            )
            audit.wrote(
                "import.asked",
                actor=g.actor.name,
                subject=f"file:{stored.id}",
                kind=kind,
                sha256=stored.sha256,
                job_id=job.id,
            )
        return redirect(url_for("jobs.one", job_id=job.id), 303)

    @expose("/<int:run_id>/errors")
    def errors(self, run_id: int) -> Response:
        """Send the rows that came back, to be corrected and sent again."""
        run = visible_runs().where(ImportRun.id == run_id).first()
        if run is None or run.error_file_id is None:
            abort(404)
        return downloads.send(run.error_file_id)

    @expose("/template/<kind>.<suffix>")
    def template(self, kind: str, suffix: str) -> Response:
        """Send an empty file with the right header."""
        if kind not in tables.BY_KIND or suffix not in _WRITERS:
            abort(404)
        title = _(tables.table(kind).about.title)
        name = f"{title}_{_('模板')}.{suffix}"
        return downloads.made(name, _WRITERS[suffix](kind))


def views() -> list[WorkView]:
    """Return the page."""
    return [ImportsView(lazy_gettext("导入数据"), endpoint="imports", url="/imports")]
