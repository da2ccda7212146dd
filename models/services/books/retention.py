"""What must be true of retention: declared, public, granted, paid once and to its owner."""

from models.rules.retention_payment import GRANT_SHOWS, OWED
from models.rules.states import CAME_TO_NOTHING
from models.services.books.check import Check

_OWED = ", ".join(f"'{state}'" for state in OWED)
_NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)
_SHOWS = ", ".join(f"('{state}', '{shown}')" for state, shown in GRANT_SHOWS.items())

RETENTION = (
    Check(
        "retention_paid_once",
        "留用款 {0} 同时有 {1} 笔有效付款。",
        f"""
        SELECT g.grant_no, count(*) FROM retention_allocation a
          JOIN retention_grant g ON g.id = a.grant_id
          JOIN payment_instruction i ON i.id = a.instruction_id
         WHERE i.state NOT IN ({_NOTHING}) GROUP BY g.grant_no HAVING count(*) > 1
        """,
    ),
    Check(
        "retention_once_a_year_of_the_round",
        "医院 {0} 批次 {1} 第 {2} 个协议年度的留用款不止一笔。",
        """
        SELECT hospital_code, round_code, agreement_year FROM retention_grant
         WHERE state <> 'withdrawn' GROUP BY 1, 2, 3 HAVING count(*) > 1
        """,
    ),
    Check(
        "retention_is_as_declared",
        "留用款 {0} 的金额与医院最后申报的测算结果不符，或列入公示时尚未申报。",
        """
        SELECT g.grant_no FROM retention_grant g
         WHERE g.state <> 'withdrawn' AND NOT EXISTS (
               SELECT 1 FROM retention_word w
                WHERE (w.period, w.hospital_code, w.round_code)
                      = (g.period, g.hospital_code, g.round_code) AND w.move = 'declare'
                  AND (w.base_fen, w.ratio_bp, w.retained_fen)
                      = (g.base_fen, g.ratio_bp, g.amount_fen)
                  AND w.score IS NOT DISTINCT FROM g.score AND w.said_at <= g.listed_at)
        """,
    ),
    Check(
        "retention_was_public",
        "留用款 {0} 没有公示满期就准予拨付，或经手人不是两个人。",
        f"""
        SELECT g.grant_no FROM retention_grant g
          JOIN retention_publicity p ON p.id = g.publicity_id
         WHERE g.state IN ({_OWED})
           AND (p.state = 'ended' AND p.ended_on > p.until_on AND g.granted_on >= p.ended_on
                AND p.published_by <> p.drafted_by AND g.granted_by <> g.listed_by) IS NOT TRUE
        """,
    ),
    Check(
        "orders_to_hospitals_pay_retention",
        "付款 {0} 付给医院，但与其留用款的金额、医院或批次不符。",
        """
        SELECT i.reference FROM payment_instruction i
          LEFT JOIN retention_allocation a ON a.instruction_id = i.id
          LEFT JOIN retention_grant g ON g.id = a.grant_id
         WHERE i.hospital_code IS NOT NULL
           AND (a.amount_fen = i.amount_fen AND g.amount_fen = i.amount_fen
                AND g.hospital_code = i.hospital_code AND g.agency_code = i.agency_code
                AND NOT EXISTS (SELECT 1 FROM payment_allocation p
                                 WHERE p.instruction_id = i.id)) IS NOT TRUE
        """,
    ),
    Check(
        "retention_follows_its_order",
        "留用款 {0} 的状态 {1} 与其最后一笔付款的状态 {2} 不符。",
        f"""
        WITH latest AS (
            SELECT DISTINCT ON (a.grant_id) a.grant_id, i.state, a.live
              FROM retention_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
             ORDER BY a.grant_id, a.instruction_id DESC
        )
        SELECT g.grant_no, g.state, coalesce(l.state, '') FROM retention_grant g
          LEFT JOIN latest l ON l.grant_id = g.id
          LEFT JOIN (VALUES {_SHOWS}) AS m (state, shown) ON m.state = l.state
         WHERE CASE WHEN l.grant_id IS NULL
                    THEN g.state NOT IN ('listed', 'granted', 'withdrawn')
                    ELSE g.state <> m.shown OR l.live = (l.state IN ({_NOTHING})) END
        """,
    ),
    Check(
        "retention_again_replaces_the_same",
        "重新付款 {0} 付的不是原付款 {1} 的留用款。",
        """
        SELECT n.reference, o.reference FROM payment_instruction n
          JOIN payment_instruction o ON o.id = n.reissue_of
          LEFT JOIN retention_allocation na ON na.instruction_id = n.id
          LEFT JOIN retention_allocation oa ON oa.instruction_id = o.id
         WHERE na.grant_id IS DISTINCT FROM oa.grant_id
        """,
    ),
)

#: What the accounts of retention must show (see balances_follow_the_facts).
EXPECTED = f"""
            UNION ALL SELECT 'retention:' || agency_code, amount_fen FROM retention_grant
                       WHERE state IN ({_OWED})
            UNION ALL SELECT 'hospital_retention:' || hospital_code, -amount_fen
                        FROM retention_grant WHERE state IN ({_OWED})
            UNION ALL SELECT 'hospital_retention:' || i.hospital_code, i.amount_fen
                        FROM payment_instruction i WHERE i.hospital_code IS NOT NULL
                         AND i.state IN ('sent', 'unknown', 'accepted', 'settled')
""".strip("\n")
