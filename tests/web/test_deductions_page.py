"""扣款: proposed by one, accepted by another, seen by its own hospital alone."""

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories.sheets import PERIOD
from tests.services.test_deductions import deposit, fund
from tests.web.conftest import fields
from tests.web.test_retention_lists_page import confirm

HOME = "/deductions/"
NEW = {"period": PERIOD, "kind": "quality_deposit", "basis": "2026 年度医保服务协议第 12 条"}


@pytest.fixture
def town(people_of_town):
    made = people_of_town
    for code in made.hospitals:
        fund(code)
    database.connection().commit()
    return made


def test_a_list_is_pasted_accepted_shown_sent_and_revoked(reader, town):
    first, second = town.hospitals[:2]
    maker, checker, clinic = reader("maker"), reader("checker1"), reader("clinic")
    told = {**NEW, "selection_hash": fields(maker.get(f"{HOME}new").text)["selection_hash"]}
    refused = maker.post(f"{HOME}new", **told, lines=f"{first} 100 迟报")
    assert refused.status_code == 422
    assert "第 1 行不对" in refused.text
    lines = f"{first}\t100.00\t未完成约定采购量\n{second},0.50,虚报数量"
    assert maker.post(f"{HOME}new", **told, lines=lines).status_code == 303
    one = f"{HOME}{sql('SELECT id FROM deduction_list').fetchone()[0]}"
    assert "扣款〔2026〕1号" in maker.get(HOME).text
    assert "须由另一人确认" in maker.get(one).text
    assert maker.get(f"{one}/accept").status_code in {403, 404}
    assert clinic.get(one).status_code == 404, "what is proposed is nobody's yet"

    assert confirm(checker, f"{one}/accept").status_code == 303
    assert deposit(first) == 11_000
    assert "已计入" in checker.get(one).text
    shown = clinic.get(one).text
    assert "未完成约定采购量" in shown
    assert "虚报数量" not in shown
    assert clinic.get(f"{HOME}new").status_code in {403, 404}
    file = maker.get(f"{one}/export?format=csv").data.decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 3
    sql("UPDATE monthly_fund SET deposit_fen = 0 WHERE hospital_code = %s", (second,))
    database.connection().commit()
    assert "基金已重新导入" in checker.get(one).text
    refused = confirm(checker, f"{one}/revoke", reason="算错")
    assert refused.status_code == 422
    assert second in refused.text
    sql("UPDATE monthly_fund SET deposit_fen = 50 WHERE hospital_code = %s", (second,))
    database.connection().commit()
    assert confirm(checker, f"{one}/revoke", reason="算错").status_code == 303
    assert (deposit(first), deposit(second)) == (1_000, 0)
    assert "算错" in maker.get(one).text
