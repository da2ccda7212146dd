"""The schemas fit the tables of the database, name their columns clearly, and the document is current."""
# ruff: noqa: E501 - one case a line reads best

import io

import peewee as pw
import pytest
from python_calamine import CalamineWorkbook

from models.records import ALL
from models.records.base import StateField
from models.rules.errors.imports import ROW_SENTENCES, RowCode
from models.schemas import tables
from models.schemas.table import IGNORED, Nature
from models.schemas.text_columns import ChoiceColumn, ChoicesColumn
from models.services import templates
from scripts import document

RECORDS = {record._meta.table_name: record for record in ALL}
KINDS = [
    "areas",
    "agencies",
    "hospitals",
    "enterprises",
    "products",
    "rounds",
    "awards",
    "contracts",
    "schemes",
    "calendar",
    "purchases",
    "confirmations",
    "voids",
    "orders",
    "invoices",
    "monthly_funds",
    "prepayments",
    "hospital_payments",
    "ladder",
    "lpr",
    "procurement_totals",
    "indicator_definitions",
    "reported_quantities",
    "assessments",
    "retention_inputs",
    "retention_tiers",
    "retention_rules",
    "assessment_items",
    "bank_branches",
    "fund_reserves",
    "risk_rules",
    "short_supply",
    "prescriptions",
    "rail_rules",
    "bank_days",
    "scheme_products",
    "scheme_rounds",
    "mandates",
    "deliveries",
    "cadence_rules",
    "problem_kinds",
    "round_terms",
    "round_products",
    "report_lines",
    "grade_items",
    "grade_tiers",
    "grade_points",
]


def test_there_are_all_tables_of_the_formats():
    assert sorted(tables.BY_KIND) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_its_place_in_the_database(kind):
    schema = tables.BY_KIND[kind]
    fields = {f.column_name: f for f in RECORDS[schema.about.table]._meta.sorted_fields}
    for name, column in schema.columns().items():
        field = fields[column.target]
        if column.optional and column.default is None:
            assert field.null, name
        if isinstance(column, ChoiceColumn) and not isinstance(column, ChoicesColumn):
            assert isinstance(field, StateField)
            told = {*column.words, *(word.value for word in column.without)}
            assert told == {word.value for word in field.enumeration}, name
        if column.sql_type == "bigint":
            assert isinstance(field, pw.BigIntegerField), name
    if schema.about.nature is Nature.FACT:
        assert "import_id" in fields


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_of_a_table_is_the_key_of_its_record(kind):
    about = tables.BY_KIND[kind].about
    key = RECORDS[about.table]._meta.primary_key
    names = key.field_names if isinstance(key, pw.CompositeKey) else (key.column_name,)
    assert set(about.key) == set(names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_header_means_one_column_only(kind):
    seen: dict[str, str] = {}
    for name, column in tables.BY_KIND[kind].columns().items():
        for label in column.labels(name):
            assert seen.setdefault(label, name) == name, label
            assert label not in IGNORED


@pytest.mark.parametrize("kind", KINDS)
def test_the_templates_say_the_same_in_both_formats(kind):
    labels = [column.label for column in tables.BY_KIND[kind].columns().values()]
    assert templates.csv(kind).decode("utf-8-sig").strip().split(",") == labels
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(templates.xlsx(kind))).get_sheet_by_index(0)
    assert sheet.to_python() == [labels]


def test_every_row_code_has_a_sentence_that_names_the_column():
    assert set(ROW_SENTENCES) == {code.value for code in RowCode}
    assert all("{label}" in sentence for sentence in ROW_SENTENCES.values())


def test_the_document_of_the_formats_is_current():
    assert document.TARGET.read_text(encoding="utf-8") == document.render(), (
        "run: python -m scripts.document"
    )
