"""Whatever can be written is read back equal, and what cannot is known before."""

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from models.rules.errors.bankfiles import OrderNotWritable
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch, order
from workers.bankfiles import FieldProblem, MappedField, Profile, preview, read_orders, write

#: Each class of characters that banks and codecs treat differently.
SPECIAL = [
    *"・‧䶮㛃龦𠮷ḿ€¥³·￥（，～，。《》“”—…①㎡",
    *"|,;\"'&<>=+-@#*\\/{}%",
    "\u00a0", "\u3000", " ", "\u200b", "\u200e", "\u202e", "\ufeff", "\u2028", "\x85",
    "\0", "\t", "\n", "\r", "\x1f", "\x7f", "\ud800", "\uffff", "\ufdd0", "\ue000", "é", "ü",
    "_x0041_",
]  # fmt: skip
texts = st.lists(
    st.one_of(
        st.sampled_from(SPECIAL),
        st.sampled_from("贵州黔岭医药有限公司中国银行支行ABCabc012"),
        st.characters(),
    ),
    max_size=40,
).map("".join)
long_texts = st.builds(lambda piece, times: piece * times, texts.filter(bool), st.integers(1, 60))
names = st.one_of(texts, long_texts)
orders = st.builds(
    order,
    payee_account_name=names,
    payee_bank_name=names,
    purpose=names,
    payee_account_no=st.one_of(st.from_regex(r"[0-9]{1,36}", fullmatch=True), texts),
    payee_cnaps_code=st.one_of(st.just("105701000018"), texts),
    amount_fen=st.integers(-1, 10**14),
    reference=st.one_of(st.from_regex(r"[A-Z0-9]{1,31}", fullmatch=True), texts),
)


def mapped(profile: Profile, text: str) -> str:
    return text.translate(str.maketrans(dict(profile.char_map)))


@given(one=orders)
def test_an_order_is_written_exactly_when_the_preview_has_no_problem(one):
    """Drawing an order takes longer than writing it: each is written for every bank."""
    for code, profile in PROFILES.items():
        note(code)
        written_exactly_when_without_problem(profile, one)


def written_exactly_when_without_problem(profile, one):
    problems = [p for p in preview(profile, one) if isinstance(p, FieldProblem)]

    if problems:
        with pytest.raises(OrderNotWritable) as refused:
            list(write(profile, batch([one]), [one]))
        assert refused.value.facts["row"] == 1
        assert refused.value.facts["field_code"] in {p.field for p in problems}
        return
    (found,) = read_orders(profile, write(profile, batch([one]), [one]))
    assert (found.reference, found.amount_fen) == (one.reference, one.amount_fen)
    assert found.payee_account_no == one.payee_account_no
    for name in ("payee_account_name", "payee_bank_name", "purpose"):
        if getattr(found, name) is not None:
            assert getattr(found, name) == mapped(profile, getattr(one, name))


@given(text=texts)
def test_generic_csv_takes_any_printable_text_unchanged(text):
    profile = PROFILES["generic_csv"]
    one = order(payee_account_name="名" + "".join(c for c in text if c.isprintable()))

    assert preview(profile, one) == []
    (found,) = read_orders(profile, write(profile, batch([one]), [one]))
    assert found.payee_account_name == one.payee_account_name


def test_a_cell_that_looks_like_a_formula_reaches_the_bank_as_it_is():
    one = order(payee_account_name="=1+1有限公司")

    written = b"".join(write(PROFILES["generic_csv"], batch([one]), [one]))

    assert ",=1+1有限公司,".encode() in written


def test_the_preview_shows_each_text_the_character_map_changes():
    one = order(payee_account_name="贵州・黔岭‧医药")

    assert preview(PROFILES["icbc_bpt_like"], one) == [
        MappedField("payee_account_name", "贵州・黔岭‧医药", "贵州·黔岭·医药")
    ]
    assert b"\xa1\xa4" in b"".join(write(PROFILES["icbc_bpt_like"], batch([one]), [one]))


@pytest.mark.parametrize(
    ("code", "change", "problem"),
    [
        ("icbc_bpt_like", {"payee_account_name": "䶮药"}, "not_encodable"),
        ("icbc_bpt_like", {"payee_account_name": "甲|乙"}, "forbidden_character"),
        ("icbc_bpt_like", {"payee_account_name": "甲\u200b乙"}, "control_character"),
        ("icbc_bpt_like", {"payee_account_name": " 甲"}, "edge_blank"),
        ("icbc_bpt_like", {"payee_account_name": "药" * 61}, "too_long"),
        ("icbc_bpt_like", {"payee_account_name": ""}, "empty"),
        ("iso_pain001_v09_cn", {"payee_cnaps_code": "10570100001"}, "wrong_length"),
        ("iso_pain001_v09_cn", {"payee_account_no": "5200-1234"}, "wrong_charset"),
        ("iso_pain001_v09_cn", {"payee_account_name": "药" * 141}, "too_long"),
        ("iso_pain001_v09_cn", {"uetr": "x"}, "bad_uetr"),
        ("generic_csv", {"purpose": "甲\n乙"}, "control_character"),
        ("generic_csv", {"reference": "zj-1"}, "bad_reference"),
        ("generic_csv", {"amount_fen": 0}, "not_positive"),
    ],
)
def test_a_problem_is_named_before_approval(code, change, problem):
    found = preview(PROFILES[code], order(**change))

    assert problem in [p.code for p in found if isinstance(p, FieldProblem)]


def test_limits_beside_the_columns_are_kept_too():
    spec = {**PROFILES["iso_pain001_v09_cn"].spec}
    spec["limits"] = [{"source": "payee_account_name", "max": 60, "max_unit": "bytes"}]
    profile = Profile.from_spec(spec)

    fits, too_long = order(payee_account_name="药" * 20), order(payee_account_name="药" * 21)

    assert preview(profile, fits) == []
    assert [p.code for p in preview(profile, too_long)] == ["too_long"]  # type: ignore[union-attr]
    with pytest.raises(OrderNotWritable, match="60"):
        list(write(profile, batch([too_long]), [too_long]))


def test_the_debtor_is_checked_as_well():
    wrong = batch(ORDERS, debtor_account_name="䶮城医保中心")

    with pytest.raises(OrderNotWritable) as refused:
        list(write(PROFILES["icbc_bpt_like"], wrong, ORDERS))
    assert refused.value.facts["field"] == "付款户名"


@pytest.mark.parametrize("code", ["ccb_batch_like", "cmbc_like"])
def test_in_bank_and_cross_bank_have_their_own_layouts(code):
    cross = list(ORDERS)
    own = [o._replace(payee_cnaps_code="102701000014") for o in ORDERS]

    for some in (cross, own):
        found = list(read_orders(PROFILES[code], write(PROFILES[code], batch(some), some)))
        assert [o.amount_fen for o in found] == [o.amount_fen for o in some]
