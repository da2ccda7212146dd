"""What must be true of closed months: they are what the closers saw, and take no bookings."""

from models.services.books.check import Check

CLOSED = (
    Check(
        "closed_months_stand",
        "{0} 的关账单 {1} 与现在的结算单或抵扣不符。",
        """
        SELECT c.period, c.close_no FROM period_close c
          CROSS JOIN LATERAL (
              SELECT count(*) AS sheets, coalesce(sum(lines_count), 0) AS lines,
                     coalesce(sum(received_fen), 0) AS received,
                     coalesce(sum(returned_fen), 0) AS returned,
                     coalesce(sum(adjusted_fen), 0) AS adjusted,
                     coalesce(sum(payable_fen), 0) AS payable,
                     coalesce(sum(carried_out_fen), 0) AS carried
                FROM settlement_sheet s
               WHERE s.period = c.period AND s.area_code = ANY (c.area_codes)) s
          CROSS JOIN LATERAL (
              SELECT count(*) AS offsets, coalesce(sum(goods_fen), 0) AS goods,
                     coalesce(sum(offset_fen), 0) AS taken,
                     coalesce(sum(carried_out_fen), 0) AS carried
                FROM hospital_offset o
               WHERE o.period = c.period AND o.area_code = ANY (c.area_codes)) o
         WHERE c.state = 'closed'
           AND (s.sheets, s.lines, s.received, s.returned, s.adjusted, s.payable, s.carried,
                o.offsets, o.goods, o.taken, o.carried)
            <> ((c.totals ->> 'sheets')::numeric, (c.totals ->> 'lines')::numeric,
                (c.totals ->> 'received_fen')::numeric, (c.totals ->> 'returned_fen')::numeric,
                (c.totals ->> 'adjusted_fen')::numeric, (c.totals ->> 'payable_fen')::numeric,
                (c.totals ->> 'carried_out_fen')::numeric, (c.totals ->> 'offsets')::numeric,
                (c.totals ->> 'goods_fen')::numeric, (c.totals ->> 'offset_fen')::numeric,
                (c.totals ->> 'offset_carried_fen')::numeric)
        """,
    ),
    Check(
        "closed_by_two_persons",
        "{0} 的关账单 {1} 没有经提出人以外的人决定，或所关的统筹区不符。",
        """
        SELECT c.period, c.close_no FROM period_close c
          LEFT JOIN (SELECT close_id, array_agg(area_code ORDER BY area_code) AS areas
                       FROM closed_month GROUP BY close_id) m ON m.close_id = c.id
         WHERE (c.state = 'closed') <> (m.areas IS NOT NULL)
            OR (c.state = 'closed' AND (c.decided_by = c.proposed_by
                OR m.areas <> (SELECT array_agg(a ORDER BY a) FROM unnest(c.area_codes) u (a))))
        """,
    ),
    Check(
        "closed_months_take_no_bookings",
        "分录 {0} 在 {1} 关账之后记到了该月。",
        """
        SELECT e.entry_no, k.period
          FROM (SELECT m.period, h.hospital_code AS owner, c.decided_at
                  FROM closed_month m JOIN period_close c ON c.id = m.close_id
                  JOIN hospital h ON h.area_code = m.area_code
                UNION ALL
                SELECT b.period, b.agency_code, c.decided_at
                  FROM closed_book b JOIN period_close c ON c.id = b.close_id) k
          JOIN ledger_entry e ON to_char(e.posted_on, 'YYYY-MM') = k.period
           AND k.owner IN (split_part(e.debit_account, ':', 2),
                           split_part(e.credit_account, ':', 2))
         WHERE e.posted_at > k.decided_at
        """,
    ),
)
