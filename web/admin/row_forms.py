"""Adding and changing master rows by forms: the same verdict as a file, told at each field."""

import hashlib
from typing import Any, ClassVar

import peewee as pw
from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models.records.base import db
from models.rules.errors import SettlementError
from web.admin import columns, history, saving
from web.admin.forms import form_of
from web.admin.rows import RowsView
from web.errors import sentence_of
from web.guard import opens
from web.people import person
from web.security import TokenForm


class FormsView(RowsView):
    """Forms of a table's rows.

    State is never in a form and nothing is deleted: rows retire by their own dates. Forms are
    texts checked by the import's schema, so a form and a file get the same verdict.
    """

    abstract = True
    #: Name of the table in the file formats.
    kind: ClassVar[str]
    #: Its columns in the order of the import.
    fields: list[columns.Column]
    #: How a retired row is told; empty: the table has no such thing.
    retire_hint: ClassVar[Any] = ""

    can_delete = False
    column_editable_list = ()
    create_modal = edit_modal = False
    form_base_class = TokenForm
    create_template = "zhijie/model/form.html"
    edit_template = "zhijie/model/form.html"

    @property
    def can_create(self) -> bool:
        """Return whether the reader may add rows."""
        return self.may_act() and opens(f"{self.endpoint}.create_view", g.actor.role)

    @property
    def can_edit(self) -> bool:
        """Return whether the reader may change rows."""
        return self.may_act() and opens(f"{self.endpoint}.edit_view", g.actor.role)

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
        form.was, form.row_it_shows = self.version(obj), obj
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
            form.form_errors += self._meanwhile(form.row_it_shows)
            return False
        return True

    def _meanwhile(self, row: Any) -> list[str]:
        """Return who changed what last, so that the loser of a race sees it beside his input."""
        return [
            _(
                "%(who)s 已将“%(label)s”由“%(before)s”改为“%(after)s”。",
                who=person(change["by"]),
                label=label,
                before=before,
                after=after,
            )
            for change in history.of(row, self.column_labels)[:1]
            for label, before, after in change["fields"]
        ]

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
