"""The scheme in force in an area on a day: the nearest that has one, the latest version of it."""

_COUNTS = "{on} BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity'::date)"


def of_areas(on: str, columns: str = "c.*") -> str:
    """Return a query of every area's scheme on a day: `of_area` and columns of the scheme as c.

    The nearest area that has one; of several the latest version, the greatest code. `on` is SQL.
    """
    return f"""
SELECT DISTINCT ON (u.area_code) u.area_code AS of_area, {columns}
  FROM area_chain u JOIN scheme c ON c.area_code = u.above_code
 WHERE {_COUNTS.format(on=on)}
 ORDER BY u.area_code, u.distance, c.valid_from DESC, c.scheme_code DESC
"""


def scheme(area: str, on: str, columns: str) -> str:
    """Return a LATERAL query of one area's scheme on a day, for statements that need few.

    One row, or none, chosen as `of_areas` does; `area` and `on` are SQL.
    """
    return f"""
(WITH RECURSIVE up (area_code, distance) AS (
    SELECT {area}, 0
    UNION ALL
    SELECT x.parent_code, u.distance + 1 FROM up u JOIN area x USING (area_code)
     WHERE x.parent_code IS NOT NULL AND u.distance < 10
)
SELECT {columns} FROM up u JOIN scheme c USING (area_code)
 WHERE {_COUNTS.format(on=on)}
 ORDER BY u.distance, c.valid_from DESC, c.scheme_code DESC LIMIT 1)
"""
