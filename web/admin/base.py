"""Master data in Flask-Admin: lists, forms and details with every known trap closed."""

from typing import Any, ClassVar

import peewee as pw
from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from markupsafe import Markup

from web.admin import columns, export, history
from web.admin.export import EXPORT_ROWS_MAX
from web.admin.row_forms import FormsView


class MasterView(FormsView):
    """Base of all master data lists: the reader's rows as a list, details and a download."""

    abstract = True
    title_column: ClassVar[str] = "name"

    can_view_details = True
    can_export = True
    can_set_page_size = True
    column_display_pk = True
    column_filters = None
    details_modal = False
    named_filter_urls = True
    page_size = 50
    page_size_options = (50, 100, 200)
    export_max_rows = EXPORT_ROWS_MAX
    export_types = ("csv",)
    list_template = "zhijie/model/list.html"
    details_template = "zhijie/model/details.html"

    def __init__(self, model: type[pw.Model], name: Any, endpoint: str) -> None:
        self.fields = columns.of(self.kind)
        self.column_labels = {f.attribute: f.label for f in self.fields}
        self.column_details_list = [f.attribute for f in self.fields]
        self.column_sortable_list = [c for c in self.column_list or () if c in model._meta.fields]
        super().__init__(model, name, endpoint=endpoint)

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

    def cell_class(self, column: str) -> str:
        """Return the class of a column: numbers to the right, the key first on a phone."""
        return columns.cell_class(
            self.model._meta.fields.get(column), first=column == self.column_list[0]
        )

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """Show one row with its history."""
        row = self._require_row()
        self._template_args.update(
            history=history.of(row, self.column_labels), title=self.title_of(row)
        )
        return super().details_view()

    def title_of(self, row: Any) -> str:
        """Return what a row is called in headings."""
        named = getattr(row, self.title_column, None)
        return str(named or " · ".join(str(getattr(row, k)) for k in columns.keys(self.model)))

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
        return export.answer(self.get_export_name("csv"), self.fields, rows)
