"""The tree of areas as two views: who is above an area, and which agency pays for it."""

#: No area lies deeper; a tree that somehow became a ring ends here.
LEVELS_MAX = 10

#: An area with itself (distance 0) and every area above it; then the agency of the area, or of the
#: nearest area above, of several the smallest code (file formats §2, agencies).
VIEWS = f"""
CREATE VIEW area_chain (area_code, above_code, distance) AS
WITH RECURSIVE up (area_code, above_code, distance) AS (
    SELECT area_code, area_code, 0 FROM area
    UNION ALL
    SELECT u.area_code, a.parent_code, u.distance + 1
      FROM up u JOIN area a ON a.area_code = u.above_code
     WHERE a.parent_code IS NOT NULL AND u.distance < {LEVELS_MAX}
)
SELECT area_code, above_code, distance FROM up;

CREATE VIEW paying_agency (area_code, agency_code) AS
SELECT DISTINCT ON (u.area_code) u.area_code, g.agency_code
  FROM area_chain u JOIN agency g ON g.area_code = u.above_code
 ORDER BY u.area_code, u.distance, g.agency_code;
"""
