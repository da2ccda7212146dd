"""A profile that could not work is refused when it is saved, naming the key."""

import copy
import json

import pytest

from models.rules.errors import all_errors
from models.rules.errors.bankfiles import FileRefused, OrderNotWritable, ProfileInvalid
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch, order
from workers.bankfiles import SEEDS, Profile, preview, write

ICBC = next(spec for spec in SEEDS if spec["code"] == "icbc_bpt_like")
CMBC = next(spec for spec in SEEDS if spec["code"] == "cmbc_like")
BOC = next(spec for spec in SEEDS if spec["code"] == "boc_payoff_like")


def changed(spec, path, value):
    made = copy.deepcopy(dict(spec))
    here = made
    *way, last = path
    for key in way:
        here = here[key]
    here[last] = value
    return made


@pytest.mark.parametrize("spec", SEEDS, ids=lambda spec: spec["code"])
def test_a_seed_is_plain_data(spec):
    assert Profile.from_spec(json.loads(json.dumps(spec))) == Profile.from_spec(spec)


@pytest.mark.parametrize("spec", SEEDS, ids=lambda spec: spec["code"])
def test_every_seed_but_generic_csv_says_that_it_is_an_example(spec):
    assert spec["code"] == "generic_csv" or "示例，请与开户行核对" in spec["name"]


@pytest.mark.parametrize(
    ("spec", "path", "value", "field"),
    [
        (ICBC, ["colour"], "red", "colour"),
        (ICBC, ["code"], "ICBC 1", "code"),
        (ICBC, ["format"], "mt103", "format"),
        (ICBC, ["encoding"], "gb2312", "encoding"),
        (ICBC, ["separator"], "", "separator"),
        (ICBC, ["comments"], ["䶮"], "encoding"),
        (ICBC, ["char_map"], {"・": "䶮"}, "encoding"),
        (ICBC, ["char_map"], {"・": "|"}, "char_map"),
        (ICBC, ["char_map"], {"・・": "·"}, "char_map"),
        (ICBC, ["file_name_pattern"], "../{batch_no}", "file_name_pattern"),
        (ICBC, ["file_name_pattern"], "fixed.txt", "file_name_pattern"),
        (ICBC, ["file_name_pattern"], "{batch_no.__class__}", "file_name_pattern"),
        (ICBC, ["max_rows"], 0, "max_rows"),
        (ICBC, ["split_by"], ["mood"], "split_by"),
        (ICBC, ["detail_columns", 12, "source"], "payee", "detail_columns[13].source"),
        (ICBC, ["detail_columns", 12, "max"], "60", "detail_columns[13].max"),
        (ICBC, ["detail_columns", 11, "map"], {"1": "2"}, "detail_columns[12].map"),
        (ICBC, ["detail_columns", 13, "source"], "row", "detail_columns"),
        (ICBC, ["detail_columns", 0], {"source": "purpose"}, "detail_columns[1]"),
        (ICBC, ["results", "status_map"], {}, "results.status_map"),
        (ICBC, ["results", "status_map"], {"成功": "paid"}, "results.status_map"),
        (ICBC, ["results", "columns"], [], "results.columns"),
        (CMBC, ["split_by"], [], "split_by"),
        (ICBC, ["results", "booked_on_from"], "column", "results.booked_on_from"),
        (CMBC, ["results", "booked_on_from"], "statement", "results.booked_on_from"),
        (CMBC, ["results", "header"], {"total": 3}, "results.header.count"),
        (CMBC, ["results", "header", "sum"], 3, "results.header.sum"),
        (CMBC, ["results", "format"], "camt053_v08", "results.format"),
        (CMBC, ["results"], None, "more_results"),
        (CMBC, ["more_results", 0, "status_map"], {}, "more_results[1].status_map"),
        (BOC, ["results", "no_status"], False, "results.status_map"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(spec, path, value, field):
    with pytest.raises(ProfileInvalid) as refused:
        Profile.from_spec(changed(spec, path, value))

    assert refused.value.facts["field"] == field


def test_a_shorter_reference_is_a_limit_of_the_profile():
    """Digital yuan takes 16 characters of ours."""
    spec = {**ICBC, "limits": [{"source": "reference", "max": 16}]}
    profile = Profile.from_spec(spec)

    assert preview(profile, order(reference="R" * 16)) == []
    (problem,) = preview(profile, order(reference="R" * 17))
    assert (problem.field, getattr(problem, "code", "")) == ("reference", "too_long")


def test_the_largest_amount_of_a_profile_is_kept():
    profile = Profile.from_spec({**ICBC, "amount_max_fen": 100})

    assert preview(profile, order(amount_fen=100)) == []
    with pytest.raises(OrderNotWritable, match=r"above 1\.00"):
        list(write(profile, batch([order(amount_fen=101)]), [order(amount_fen=101)]))


def test_the_file_name_carries_batch_and_day():
    assert PROFILES["cmbc_like"].file_name(batch(ORDERS)) == "req_20260402_B20260401001.txt"


def test_every_refusal_of_a_bank_file_has_a_code_of_its_own():
    codes = [error.code for error in all_errors(FileRefused)]

    assert len(codes) == len(set(codes))
