"""Who took the file of a batch and when, its run's other files, and what the run did not pay."""

from typing import Any

from models.services.views.reading import fetch

#: The trail is read by its index on the subject where there is one; a batch has few events.
_DOWNLOADS = """
SELECT v.happened_at, v.actor, coalesce(nullif(u.full_name, ''), v.actor) AS name,
       v.facts ->> 'sha256' AS sha256
  FROM audit_event v LEFT JOIN app_user u ON u.name = v.actor
 WHERE v.action = 'batch.downloaded' AND v.subject = 'batch:' || %(batch_no)s
   AND v.happened_at >= %(since)s
 ORDER BY v.id LIMIT 50
"""
_SIBLINGS = """
SELECT b.batch_no, b.file_name, b.lines_count, b.total_fen, b.state FROM payment_batch b
 WHERE b.job_id = %(job)s AND b.id <> %(id)s ORDER BY b.id LIMIT 50
"""
_RUN = "SELECT j.id, j.request_id FROM job j WHERE j.id = %(job)s"
#: Sheets of the month and area that the run kept out or could not cover, as they stand now.
_KEPT = """
SELECT s.sheet_no, s.state, s.kept_out, s.payable_fen, h.name AS hospital_name,
       e.name AS enterprise_name
  FROM settlement_sheet s JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.area_code = ANY (%(areas)s) AND s.period <= %(period)s AND s.payable_fen > 0
   AND (s.state = 'short' OR s.state = 'approved' AND s.kept_out IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
 ORDER BY s.payable_fen DESC, s.id LIMIT 20
"""


def run(batch: Any) -> Any:  # noqa: ANN401
    """Return number and request id of the job that made the batch, or None."""
    found = fetch(_RUN, {"job": batch.job_id}) if batch.job_id else []
    return found[0] if found else None


def downloads(batch: Any) -> list[Any]:  # noqa: ANN401
    """Return who took the stored bytes, the first one first."""
    return fetch(_DOWNLOADS, {"batch_no": batch.batch_no, "since": batch.made_at})


def siblings(batch: Any) -> list[Any]:  # noqa: ANN401
    """Return the other batches of the same run."""
    return fetch(_SIBLINGS, {"job": batch.job_id, "id": batch.id}) if batch.job_id else []


def kept_out(areas: list[str], period: str) -> list[Any]:
    """Return the largest approved sheets up to the month that wait, and why."""
    return fetch(_KEPT, {"areas": areas, "period": period})
