"""The columns that bind sheets and held lines to their readers."""

SHEET = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}
HELD = {"area": "h.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"}
