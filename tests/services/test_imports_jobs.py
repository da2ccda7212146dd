"""An import as a queued job: progress, result and rows in one transaction, or none of them."""

import subprocess
import sys
from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.records.jobs import Job
from models.rules.job_names import JobName
from models.services import files, imports, jobs
from tests.factories import imports as make
from tests.factories.imports import AREA, written

pytestmark = pytest.mark.usefixtures("db")


def queue(kind: str, content: bytes, **options) -> int:
    with database.atomic():
        stored = files.store("a.csv", [content], by="system", kind="upload")
        args = {"kind": kind, "file_id": stored.id, "on": date(2026, 7, 1), **options}
        return int(jobs.enqueue(JobName.IMPORT_DATA, args, by="system").id)


def test_the_result_stands_in_the_job_row_with_the_rows():
    job_id = queue("areas", written([AREA, AREA | {"area_code": "x"}]))
    jobs.run(job_id, imports.run_import)
    job = Job.get_by_id(job_id)
    assert job.state == "done"
    assert {k: job.result[k] for k in ("rows", "accepted", "unchanged", "rejected")} == {
        "rows": 2, "accepted": 1, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    assert job.result["by_code"] == {"bad_code": 1}
    assert b"bad_code" in b"".join(files.read(job.result["error_file_id"]))
    assert sql("SELECT job_id FROM import_run").fetchone() == (job_id,)


def test_a_refused_file_fails_its_job_with_a_sentence_and_changes_nothing():
    job_id = queue("areas", b"area_code,level\n")
    jobs.run(job_id, imports.run_import)
    job = Job.get_by_id(job_id)
    assert (job.state, job.error_code) == ("failed", "missing_column")
    assert "name" in job.error_sentence
    assert sql("SELECT count(*) FROM import_run").fetchone() == (0,)


def test_a_second_message_of_the_same_job_does_nothing():
    job_id = queue("areas", written([AREA]))
    jobs.run(job_id, imports.run_import)
    jobs.run(job_id, imports.run_import)
    assert sql("SELECT count(*) FROM import_run").fetchone() == (1,)


def test_the_bulk_libraries_are_loaded_by_an_import_only():
    code = (
        "import sys, models.services.imports, models.services.api.once,"
        " models.services.templates, models.schemas.tables;"
        "sys.exit('polars' in sys.modules or 'python_calamine' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_imports_in_one_transaction_do_not_see_each_other_s_staging():
    with database.atomic():
        make.world()
    assert sql("SELECT count(*) FROM enterprise").fetchone() == (2,)
