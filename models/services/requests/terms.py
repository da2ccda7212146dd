"""Which scheme an area has on a day: it names deadlines, reminders and ratios of prepayments."""

#: Scheme of each area on a day: of the nearest area that has one, of several the latest.
SCHEME_OF_AREA = """
WITH RECURSIVE up (area_code, above_code, distance) AS (
    SELECT area_code, area_code, 0 FROM area
    UNION ALL
    SELECT u.area_code, a.parent_code, u.distance + 1
      FROM up u JOIN area a ON a.area_code = u.above_code
     WHERE a.parent_code IS NOT NULL AND u.distance < 10
)
SELECT DISTINCT ON (u.area_code) u.area_code AS of_area, s.*
  FROM up u JOIN scheme s ON s.area_code = u.above_code
 WHERE s.valid_from <= %(on)s AND coalesce(s.valid_to, 'infinity') >= %(on)s
 ORDER BY u.area_code, u.distance, s.valid_from DESC, s.scheme_code DESC
"""
