"""A profile changes by two people, and never under a file that was made with it."""

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.bank import (
    ChangeDecided,
    ChangeOvertaken,
    ChangeWaiting,
    ProfileUnchanged,
)
from models.rules.errors.bankfiles import ProfileInvalid
from models.rules.errors.payment import ReasonNeeded
from models.rules.words import Role
from models.services import audit, bank_files, profiles
from models.services.access import Actor
from workers.bankfiles import SEEDS, Profile

ADMINISTRATOR = Actor("ada", Role.ADMINISTRATOR)
SUPERVISOR = Actor("sue", Role.SUPERVISOR)
APPROVER = Actor("abe", Role.APPROVER)
MAKER = Actor("max", Role.MAKER)
CODE = "ccb_batch_like"
CCB = next(dict(seed) for seed in SEEDS if seed["code"] == CODE)


@pytest.fixture
def seeded(db):
    profiles.ensure(SEEDS)


def propose(actor: Actor = ADMINISTRATOR, **changed: object) -> int:
    spec = {**CCB, "max_rows": 500, **changed}
    return profiles.propose(actor, spec, "开户行新版说明", checked=Profile.from_spec)


def activate(change_id: int, actor: Actor = APPROVER) -> int:
    return profiles.activate(actor, change_id, checked=Profile.from_spec)


def test_a_proposal_changes_nothing_until_a_second_person_activates_it(seeded):
    change = propose()
    assert bank_files.profile(CODE).spec["max_rows"] == 800
    assert activate(change) == 2
    assert bank_files.profile(CODE).version == 2
    assert bank_files.profile(CODE).spec["max_rows"] == 500
    assert audit.first_break() is None


def test_the_proposer_cannot_activate_his_own_proposal(seeded):
    change = propose(SUPERVISOR)
    with pytest.raises(SecondPersonNeeded):
        activate(change, SUPERVISOR)
    with pytest.raises(SecondPersonNeeded):
        profiles.refuse(SUPERVISOR, change, "不行")


def test_the_database_itself_refuses_one_hand_on_both_sides(seeded):
    change = propose()
    with pytest.raises(Exception, match="bank_profile_change_two_persons"):
        sql(
            "UPDATE bank_profile_change SET state = 'activated', decided_by = proposed_by,"
            " version = 2 WHERE id = %s",
            (change,),
        )


def test_who_makes_payments_cannot_shape_their_files(seeded):
    for actor in (MAKER, APPROVER):
        with pytest.raises(NotAllowed):
            propose(actor)
    change = propose()
    for actor in (MAKER, ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            activate(change, actor)


def test_data_that_describes_no_file_is_not_even_proposed(seeded):
    with pytest.raises(ProfileInvalid, match="max_rows"):
        propose(max_rows="many")
    assert sql("SELECT count(*) FROM bank_profile_change").fetchone()[0] == 0


def test_a_reason_and_a_difference_are_wanted(seeded):
    with pytest.raises(ReasonNeeded):
        profiles.propose(ADMINISTRATOR, {**CCB, "max_rows": 1}, " ", checked=Profile.from_spec)
    with pytest.raises(ProfileUnchanged):
        profiles.propose(ADMINISTRATOR, CCB, "重来", checked=Profile.from_spec)


def test_one_proposal_at_a_time_and_a_withdrawn_one_makes_room(seeded):
    change = propose()
    with pytest.raises(ChangeWaiting):
        propose(SUPERVISOR)
    profiles.withdraw(SUPERVISOR, change)
    assert propose(SUPERVISOR) > change
    with pytest.raises(ChangeDecided):
        activate(change)


def test_a_proposal_is_decided_once(seeded):
    change = propose()
    activate(change)
    with pytest.raises(ChangeDecided):
        activate(change)
    with pytest.raises(ChangeDecided):
        profiles.refuse(APPROVER, change, "太晚了")


def test_a_proposal_overtaken_by_another_version_is_refused(seeded):
    change = propose()
    profiles.ensure([{**CCB, "max_rows": 700}])
    with pytest.raises(ChangeOvertaken):
        activate(change)


def test_the_programs_own_renewal_leaves_an_edited_profile_alone(seeded):
    activate(propose())
    assert profiles.ensure([{**CCB, "max_rows": 700}]) == 0
    assert bank_files.profile(CODE).spec["max_rows"] == 500


def test_a_retired_profile_is_not_brought_back_by_the_program_but_by_two_people(seeded):
    assert profiles.retire(ADMINISTRATOR, CODE, "银行停用")
    assert not profiles.retire(ADMINISTRATOR, CODE, "再一次")
    assert profiles.ensure([{**CCB, "max_rows": 700}]) == 0
    assert bank_files.profile(CODE).retired
    activate(propose())
    assert not bank_files.profile(CODE).retired
