"""Presets say only what a document states, and every value is one an import would take."""

import pytest

from models.rules import presets
from models.rules.errors.schemes import DraftBroken
from models.schemas.tables.schemes import Schemes
from models.services.scheme_drafts import values

NAMED = {"scheme_code": "X-1", "valid_from": "2026-01-01", "area_code": "520000"}
ALL = presets.listed()
#: Columns that name a version; a notice states none of them.
NOT_STATED = {"scheme_code", "valid_from", "area_code", "preset", "legal_basis"}


@pytest.mark.parametrize("preset", ALL, ids=lambda one: one.code)
def test_every_value_passes_the_check_of_an_import(preset):
    read = values({**preset.row(), **NAMED})
    assert read["preset"] == preset.code
    assert read["legal_basis"]
    assert read["scope"]


@pytest.mark.parametrize("preset", [*ALL, presets.product()], ids=lambda one: one.code)
def test_every_parameter_is_a_column_and_cites_a_document_in_words(preset):
    for name, cited in preset.parameters.items():
        assert name in set(Schemes.columns()) - NOT_STATED, name
        assert cited.document.title, name
        assert cited.says, name
        assert cited.document in preset.documents


@pytest.mark.parametrize("preset", ALL, ids=lambda one: one.code)
def test_a_preset_states_whose_money_pays_and_what_for(preset):
    assert {"funding", "scope"} <= set(preset.parameters)
    assert preset.note
    assert len(preset.area_code) == 6


def test_what_no_notice_states_is_the_products_own_and_cites_the_law():
    guizhou = presets.find("guizhou_2026")
    assert guizhou.row()["silence"] == "escalate"
    assert "windows" not in guizhou.row(), "no window unless the notice gives one"
    assert guizhou.cited("due_days").document.number == "国务院令第802号"
    assert guizhou.cited("due_days").article == "第九条"


def test_silence_is_never_consent_by_a_preset():
    assert {preset.row()["silence"] for preset in ALL} == {"escalate"}


def test_the_provinces_of_the_comparison_all_have_a_preset():
    assert {preset.area_code[:2] for preset in ALL} == {
        "52", "32", "23", "46", "43", "41", "50", "44", "42", "45", "35", "51", "65", "37", "34",
        "64", "53", "33", "36", "12",
    }  # fmt: skip
    assert len(ALL) == 22


def test_a_preset_without_its_values_is_no_scheme():
    with pytest.raises(DraftBroken):
        values({**presets.find("hunan_2023").row(), **NAMED, "funding": ""})
