"""The invented orders and the record taken apart show exactly what would be written."""

import pytest

from workers.bankfiles import SEEDS, Profile, anatomy, sample

PROFILES = [Profile.from_spec(seed) for seed in SEEDS]
ICBC = next(profile for profile in PROFILES if profile.code == "icbc_bpt_like")


def by_code(profile: Profile) -> str:
    return profile.code


@pytest.mark.parametrize("profile", PROFILES, ids=by_code)
def test_a_record_taken_apart_is_the_record_of_the_file(profile):
    for file in sample.files(profile):
        for row, order in enumerate(file.orders, start=1):
            record = anatomy.record(profile, file.batch, order, row)
            assert record.content in file.content
            for part in record.parts:
                if part.offset is not None:
                    end = part.offset + len(part.data)
                    assert record.content[part.offset : end] == part.data


@pytest.mark.parametrize("profile", PROFILES, ids=by_code)
def test_every_invented_order_is_in_a_file_or_has_its_reason(profile):
    written = [order for file in sample.files(profile) for order in file.orders]
    for one in sample.checked(profile):
        assert bool(one.problems) != (one.order in written)


@pytest.mark.parametrize("profile", PROFILES, ids=by_code)
def test_the_same_sample_gives_the_same_bytes(profile):
    first, second = list(sample.files(profile)), list(sample.files(profile))
    assert [f.content for f in first] == [f.content for f in second]


def test_gbk_maps_one_middle_dot_keeps_the_other_and_lacks_an_ideograph():
    plain, dot, mapped, lost, _long = sample.checked(ICBC)
    assert (plain.mapped, plain.problems, dot.mapped) == ((), (), ())
    assert mapped.mapped[0].after == "玛丽·示例（中国）有限公司"
    assert [problem.code for problem in lost.problems] == ["not_encodable"]


def test_lengths_are_counted_in_the_banks_unit():
    file = next(sample.files(ICBC))
    record = anatomy.record(ICBC, file.batch, file.orders[0], 1)
    name = next(part for part in record.parts if part.text == "示例医药有限公司")
    assert (name.chars, name.size_bytes, name.counted) == (8, 16, 16)
    assert name.hex.startswith("CA BE C0 FD")
