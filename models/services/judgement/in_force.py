"""The scheme in force in an area on a day, for statements that need few of them."""


def scheme(area: str, on: str, columns: str) -> str:
    """Return a LATERAL query of the scheme of an area's row on a day: one row, or none.

    The nearest area that has one; of several the latest version, the greatest code. `area` and `on`
    are SQL, `columns` are those of the scheme as c.
    """
    return f"""
(WITH RECURSIVE up (area_code, distance) AS (
    SELECT {area}, 0
    UNION ALL
    SELECT x.parent_code, u.distance + 1 FROM up u JOIN area x USING (area_code)
     WHERE x.parent_code IS NOT NULL AND u.distance < 10
)
SELECT {columns} FROM up u JOIN scheme c USING (area_code)
 WHERE {on} BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity'::date)
 ORDER BY u.distance, c.valid_from DESC, c.scheme_code DESC LIMIT 1)
"""
