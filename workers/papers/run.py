"""The job `paper` with the documents' writers: the service says what, this says how it looks."""

from typing import Any

from models.rules.paper_content import Content
from models.services import jobs
from models.services.papers import drafting
from models.services.papers.drafting import Documents
from workers.papers import docx, xlsx


def write(content: Content) -> Documents:
    """Return a paper as a Word document and a workbook."""
    return Documents(docx.written(content), xlsx.written(content))


def draft(claim: jobs.Claim) -> dict[str, Any]:
    """Draft a paper."""
    return drafting.run(claim, write)
