"""Whose rows a master list shows, and which of them its query bar asks for."""

from dataclasses import dataclass
from typing import Any, ClassVar

import peewee as pw
from flask import abort, g, request
from flask_admin.contrib.peewee import ModelView

from models.records.base import db
from models.records.parties import Hospital
from models.rules.words import Role
from web import scope
from web.admin import columns
from web.admin.pages import Guarded
from web.permissions import right


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


class RowsView(Guarded, ModelView):
    """The reader's rows of a table: list, details, form and export all ask here."""

    abstract = True
    bound: ClassVar[Bound]
    asks: ClassVar[tuple[Ask, ...]] = ()
    #: Column → (record, its key, what is shown): joined, so that a list is one query.
    names: ClassVar[dict[str, tuple[type[pw.Model], pw.Field, pw.Field]]] = {}

    def is_accessible(self) -> bool:
        """Return whether the role may read, and has rows here if it sees only its own."""
        if not super().is_accessible():
            return False
        return not right(g.actor.role, self.page).own or bool(self._own_column())

    def _own_column(self) -> str | None:
        return self.bound.hospital if g.actor.role == Role.HOSPITAL else self.bound.enterprise

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

    def _require_row(self) -> Any:
        values = request.args.getlist("id")
        values = values if len(values) > 1 else (values or [""])[0].split(",")
        row = self.get_one(values)
        if row is None:
            abort(404)
        return row

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
