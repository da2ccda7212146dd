"""Master data in Flask-Admin: lists, forms and details with every known trap closed."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import peewee as pw
from flask import Response, abort, flash, g, redirect, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.peewee import ModelView
from flask_babel import gettext as _
from markupsafe import Markup

from models.records.base import db
from models.records.parties import Hospital, MasterHistory
from models.rules.errors import SettlementError
from models.rules.words import Role
from web import scope
from web.admin import columns, saving
from web.admin.forms import form_of
from web.admin.pages import Guarded
from web.errors import sentence_of
from web.permissions import right
from web.security import TokenForm

#: More rows than this are exported by a job (scripts.export), not while the browser waits.
EXPORT_ROWS_MAX = 10_000
HISTORY_ROWS_MAX = 50
#: A spreadsheet would run a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Bound:
    """Which columns bind rows to readers; all None: everybody who may open the page sees all."""

    area: str | None = None
    hospital: str | None = None
    enterprise: str | None = None
    #: The area is that of the row's hospital.
    area_of_hospital: bool = False

    @property
    def shared(self) -> bool:
        """Return whether the rows belong to nobody in particular."""
        return not (self.area or self.hospital or self.enterprise)


@dataclass(frozen=True)
class Ask:
    """A field of the query bar; its name is the plain name in the address."""

    name: str
    #: equals, contains (one word over several columns), from, to
    how: str = "equals"
    over: tuple[str, ...] = ()
    wide: bool = False
    label: Any = ""
    placeholder: Any = ""


class MasterView(Guarded, ModelView):
    """Base of all master data lists.

    State is never in a form and nothing is deleted: rows retire by their own dates. Forms are
    texts checked by the import's schema, so a form and a file get the same verdict.
    """

    abstract = True
    #: Name of the table in the file formats.
    kind: ClassVar[str]
    bound: ClassVar[Bound]
    asks: ClassVar[tuple[Ask, ...]] = ()
    #: Column → (record, its key, what is shown): joined, so that a list is one query.
    names: ClassVar[dict[str, tuple[type[pw.Model], pw.Field, pw.Field]]] = {}
    #: How a retired row is told; empty: the table has no such thing.
    retire_hint: ClassVar[Any] = ""
    title_column: ClassVar[str] = "name"

    can_delete = False
    can_view_details = True
    can_export = True
    can_set_page_size = True
    column_display_pk = True
    column_editable_list = ()
    column_filters = None
    create_modal = edit_modal = details_modal = False
    form_base_class = TokenForm
    named_filter_urls = True
    page_size = 50
    page_size_options = (50, 100, 200)
    export_max_rows = EXPORT_ROWS_MAX
    export_types = ("csv",)
    list_template = "zhijie/model/list.html"
    create_template = "zhijie/model/form.html"
    edit_template = "zhijie/model/form.html"
    details_template = "zhijie/model/details.html"

    def __init__(self, model: type[pw.Model], name: Any, endpoint: str) -> None:
        self.fields = columns.of(self.kind)
        self.column_labels = {f.attribute: f.label for f in self.fields}
        self.column_details_list = [f.attribute for f in self.fields]
        self.column_sortable_list = [c for c in self.column_list or () if c in model._meta.fields]
        super().__init__(model, name, endpoint=endpoint)

    # -- who sees what ------------------------------------------------------------------------

    def is_accessible(self) -> bool:
        """Return whether the role may read, and has rows here if it sees only its own."""
        if not super().is_accessible():
            return False
        return not right(g.actor.role, self.page).own or bool(self._own_column())

    def _own_column(self) -> str | None:
        return self.bound.hospital if g.actor.role == Role.HOSPITAL else self.bound.enterprise

    @property
    def can_create(self) -> bool:
        """Return whether the reader may add rows."""
        return self.may_act()

    @property
    def can_edit(self) -> bool:
        """Return whether the reader may change rows."""
        return self.may_act()

    def scope(self) -> pw.Expression | None:
        """Return the condition of the reader's rows: the one place all five roads ask."""
        if self.bound.shared:
            return None
        meta = self.model._meta.fields
        area = meta.get(self.bound.area or "")
        rows = scope.current()
        if self.bound.area_of_hospital and rows.areas is not None:
            inside = Hospital.select(Hospital.hospital_code).where(
                Hospital.area_code.in_(sorted(rows.areas))
            )
            return meta[self.bound.hospital].in_(inside)
        return rows.where(
            area=area,
            hospital=meta.get(self.bound.hospital or ""),
            enterprise=meta.get(self.bound.enterprise or ""),
        )

    def get_query(self) -> pw.ModelSelect:
        """Return the reader's rows that the query bar asks for, with the names the list shows."""
        query = self.model.select(self.model)
        for column, (record, key, shown) in self.names.items():
            twin = record.alias()
            query = query.select_extend(getattr(twin, shown.name).alias(f"{column}_name"))
            query = query.join_from(
                self.model,
                twin,
                pw.JOIN.LEFT_OUTER,
                on=(getattr(twin, key.name) == self.model._meta.fields[column]),
            )
        mine = self.scope()
        query = query if mine is None else query.where(mine)
        for ask in self.asks:
            query = self._asked(query, ask)
        return query.objects()

    def _asked(self, query: pw.ModelSelect, ask: Ask) -> pw.ModelSelect:
        value = request.args.get(ask.name, "").strip()
        if not value:
            return query
        if ask.how == "contains":
            found = pw.SQL("false")
            for name in ask.over:
                found = found | self.model._meta.fields[name].contains(value)
            return query.where(found)
        field = self.model._meta.fields[ask.over[0] if ask.over else ask.name]
        try:
            told = columns.from_query(field, value)
        except ValueError:
            return query.where(pw.SQL("false"))
        compare = {"from": field >= told, "to": field <= told}.get(ask.how, field == told)
        return query.where(compare)

    def _handle_join(self, query: Any, field: Any, joins: set[str]) -> Any:
        """Chain every join from our own table, whatever was joined before."""
        return super()._handle_join(query.switch(self.model), field, joins)

    def get_one(self, id: Any) -> Any:
        """Return a row of the reader, or None: what is out of sight does not exist."""
        keys = columns.keys(self.model)
        values = list(id) if isinstance(id, list | tuple) else [id]
        if len(values) != len(keys):
            return None
        query = self.model.select()
        mine = self.scope()
        query = query if mine is None else query.where(mine)
        try:
            for key, value in zip(keys, values, strict=True):
                query = query.where(self.model._meta.fields[key] == value)
            return query.first()
        except (pw.DataError, ValueError):
            db.rollback()
            return None

    # -- lists --------------------------------------------------------------------------------

    def shown(self, row: Any, column: str) -> Markup | str:
        """Return a cell of the list or the details."""
        field = self.model._meta.fields.get(column)
        value = getattr(row, column, None)
        text = columns.shown(field, value)
        name = getattr(row, f"{column}_name", None)
        return Markup("{} <span class='muted xs'>{}</span>").format(name, text) if name else text

    def get_list_value(self, model: Any, name: str) -> Any:
        """Show a cell by the type of its field."""
        return self.shown(model, name)

    def get_detail_value(self, model: Any, name: str) -> Any:
        """Show a fact by the type of its field."""
        return self.shown(model, name)

    def query_fields(self) -> list[dict[str, Any]]:
        """Return the query bar as the template draws it."""
        return [self._drawn(ask) for ask in self.asks]

    def _drawn(self, ask: Ask) -> dict[str, Any]:
        field = self.model._meta.fields.get(ask.over[0] if ask.over else ask.name)
        listed = columns.choices(field) if ask.how == "equals" else None
        kind = "select" if listed else "date" if isinstance(field, pw.DateField) else "text"
        return {
            "name": ask.name,
            "label": ask.label or self.column_labels.get(ask.name, ask.name),
            "kind": kind,
            "choices": listed,
            "value": request.args.get(ask.name, ""),
            "wide": ask.wide,
            "placeholder": ask.placeholder,
        }

    def is_narrowed(self) -> bool:
        """Return whether the query bar leaves rows out."""
        return any(request.args.get(ask.name) for ask in self.asks)

    def cell_class(self, column: str) -> str:
        """Return the class of a column: numbers to the right, the key first on a phone."""
        return columns.cell_class(
            self.model._meta.fields.get(column), first=column == self.column_list[0]
        )

    # -- forms --------------------------------------------------------------------------------

    def scaffold_form(self) -> type[TokenForm]:
        """Return a form of texts with one field for each column of the import."""
        return form_of(self.kind, self.fields)

    def create_form(self, obj: Any = None) -> Any:
        """Return an empty form, or what was typed."""
        return self._create_form_class(request.form if request.method == "POST" else None)

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form of a row; its key cannot be typed over."""
        texts = columns.texts(self.fields, obj)
        form = self._edit_form_class(request.form if request.method == "POST" else None, data=texts)
        for field in self.fields:
            if field.key:
                form[field.name].data = texts[field.name]
                form[field.name].render_kw = {"readonly": True}
        form.was = self.version(obj)
        form.stale = request.method == "POST" and request.form.get("was") != form.was
        return form

    def version(self, row: Any) -> str:
        """Return a mark of the row's content; a form that carries an older one lost the race."""
        told = "\x1f".join(columns.texts(self.fields, row).values())
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def validate_form(self, form: Any) -> bool:
        """Check token and texts; all problems of the row at once, each at its field."""
        if request.method != "POST" or not form.validate():
            return False
        if getattr(form, "stale", False):
            form.form_errors.append(_("您打开表单之后，这条记录已被他人修改。请核对后再次保存。"))
            return False
        return True

    def create_model(self, form: Any) -> Any:
        """Save a new row, whole or not at all."""
        return self._saved(form, None)

    def update_model(self, form: Any, model: Any) -> bool:
        """Save the change of a row, whole or not at all."""
        return self._saved(form, model) is not False

    def _saved(self, form: Any, model: Any) -> Any:
        """Take the texts in as a file of one row; every problem goes to its field."""
        row = form.row()
        try:
            with db.atomic():
                warnings = saving.save(
                    self.kind, row, g.actor, subject=self._subject(row), new=model is None
                )
                saved = self._found(row)
                mine = self.scope()
                if mine is not None and not self._inside(saved, mine):
                    raise saving.RowRefused(  # noqa: TRY301 - what was taken rolls back
                        [("", _("保存后这条记录不在您的数据范围内，没有保存。"))]
                    )
        except saving.RowRefused as refusal:
            self._tell(form, refusal.problems)
            return False
        except (SettlementError, pw.DatabaseError) as error:
            if not self.handle_view_exception(error):
                raise
            return False
        for warning in warnings:
            flash(warning, "warning")
        return saved

    def _tell(self, form: Any, problems: list[tuple[str, str]]) -> None:
        for name, sentence in problems:
            if name in form:
                form[name].errors = [*form[name].errors, sentence]
            else:
                form.form_errors.append(sentence)

    def _subject(self, row: dict[str, str]) -> str:
        keys = "|".join(row[field.name] for field in self.fields if field.key)
        return f"{self.model._meta.table_name}:{keys}"

    def _found(self, row: dict[str, str]) -> Any:
        """Return the row just taken in."""
        query = self.model.select()
        for field in self.fields:
            if field.key:
                column = self.model._meta.fields[field.attribute]
                query = query.where(column == columns.from_query(column, row[field.name]))
        return query.get()

    def _inside(self, row: Any, mine: pw.Expression) -> bool:
        """Return whether a saved row is the reader's: nobody moves rows out of sight."""
        keys = columns.keys(self.model)
        query = self.model.select().where(mine)
        for key in keys:
            query = query.where(self.model._meta.fields[key] == getattr(row, key))
        return query.exists()

    def handle_view_exception(self, exc: Exception) -> bool:
        """Tell a refusal in words; a database message never reaches a reader."""
        if isinstance(exc, SettlementError):
            flash(sentence_of(exc), "error")
            return True
        if isinstance(exc, pw.IntegrityError):
            flash(
                _("保存被数据库的约束拒绝：%(why)s。", why=saving.constraint_sentence(exc)), "error"
            )
            return True
        return super().handle_view_exception(exc)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        """Answer 404 for a row the reader does not see, before anything else."""
        self._require_row()
        self.require_act()
        return super().edit_view()

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        """Refuse readers who may only look."""
        self.require_act()
        return super().create_view()

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show one row with its history."""
        row = self._require_row()
        self._template_args.update(history=self.history(row), title=self.title_of(row))
        return super().details_view()

    def _require_row(self) -> Any:
        values = request.args.getlist("id")
        values = values if len(values) > 1 else (values or [""])[0].split(",")
        row = self.get_one(values)
        if row is None:
            abort(404)
        return row

    def title_of(self, row: Any) -> str:
        """Return what a row is called in headings."""
        named = getattr(row, self.title_column, None)
        return str(named or " · ".join(str(getattr(row, k)) for k in columns.keys(self.model)))

    def history(self, row: Any) -> list[dict[str, Any]]:
        """Return what the row was before each change, latest first, changed fields only."""
        key = "|".join(str(columns.text(getattr(row, k))) for k in columns.keys(self.model))
        found = (
            MasterHistory.select()
            .where(
                MasterHistory.table_name == self.model._meta.table_name, MasterHistory.key == key
            )
            .order_by(MasterHistory.id.desc())
            .limit(HISTORY_ROWS_MAX)
        )
        return [self._told(change) for change in found]

    def _told(self, change: MasterHistory) -> dict[str, Any]:
        changed = [
            (
                self.column_labels.get(name, name),
                columns.shown_json(self.model._meta.fields.get(name), change.before.get(name)),
                columns.shown_json(self.model._meta.fields.get(name), after),
            )
            for name, after in change.after.items()
            if change.before.get(name) != after and name in self.column_labels
        ]
        return {"at": change.changed_at, "by": change.changed_by or "system", "fields": changed}

    # -- export -------------------------------------------------------------------------------

    def _export_csv(self, return_url: Any) -> ResponseReturnValue:
        """Stream the query as CSV in the columns of the import, readable by Excel."""
        count, rows = self._export_data()
        if count and count > EXPORT_ROWS_MAX:
            flash(
                _(
                    "共 %(n)s 行，超过页面导出的 %(max)s 行，请缩小查询范围。",
                    n=count,
                    max=EXPORT_ROWS_MAX,
                ),
                "error",
            )
            return redirect(return_url)
        name = self.get_export_name("csv")
        return Response(
            stream_with_context(self._lines(rows)),
            mimetype="text/csv; charset=utf-8",
            headers={"Content-Disposition": f"attachment; filename={name}"},
        )

    def _lines(self, rows: Any) -> Iterator[str]:
        yield "\ufeff" + _line([str(f.label) for f in self.fields])
        for row in rows:
            told = columns.texts(self.fields, row)
            yield _line([guarded(f, told[f.name]) for f in self.fields])


def guarded(field: "columns.Column", text: str) -> str:
    """Return a cell a spreadsheet does not run; numbers stay numbers."""
    return f"'{text}" if field.is_text and text.startswith(FORMULA_STARTS) else text


def _line(cells: list[str]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
