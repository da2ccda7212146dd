"""The columns that bind sheets and what is held to their readers."""

SHEET = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}
HELD = {"area": "h.area_code", "hospital": "h.hospital_code", "enterprise": "h.enterprise_code"}
