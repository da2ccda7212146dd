"""What holds for every file of the house, checked on its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.records import ALL
from models.settings import ROOT

#: What the code of each folder shares with stages; everything else under services is a stage.
SHARED_SERVICES = {
    "access": "who may act, on which rows",
    "accounts": "which account may be paid to, asked by imports, settlement and payment",
    "area_locks": "the order of locks",
    "audit": "the chain of events",
    "audit_anchors": "last hashes of the chain, kept outside the database",
    "awaited": "a party's word ends its window in the transaction that takes it in",
    "capture": "how many receipts have trace codes, for indicators and pages alike",
    "cycles": "how long settlements took, for pages and exports alike",
    "closed_months": "which months of which areas take nothing any more",
    "bank_files": "profiles and bytes of the bank, read by payments, results and statements",
    "documents": "evidence people attach",
    "excused": "which lines are excused on a day, asked by ladder, mails and pages",
    "files": "uploads and exports",
    "instructions": "the life of a payment, moved by payments and bank results",
    "jobs": "handing on",
    "judgement": "lanes and holds, the same for settlement, exports and alerts",
    "ledger": "postings",
    "link_numbers": "numbers of links that stand in no table, made when a mail leaves",
    "notifications": "mails",
    "payment_proofs": "what proves that a payment came to nothing, asked by re-issue and inquiries",
    "promised": "which day was promised for a line, asked by mails and pages",
    "requests": "money asked of hospitals by sub-ledgers, offsets and turnover",
    "round_use": "what was used of a round, asked by reports, comparisons and pages",
    "sealing": "secrets that must be read again",
    "sheet_content": "the hash of what was approved",
    "statistics": "fresh statistics after a bulk write",
}
#: Stages that read another stage's answer on purpose, with the reason.
READS = {
    ("monitoring", "overdue"): "indicators count the receipts and days late that alerts count",
    ("exceptions", "bank_results"): "what is admitted may begin as a suggestion of the matching",
    ("views", "bank_results"): "the case shows the suggestions that a person may take",
    ("api", "views"): "other systems read the rows that the pages show, by the same conditions",
    ("webhooks", "api"): "a webhook belongs to an institution as a key does",
    ("webhooks", "views"): "what is handed over is rows by name, as the pages read them",
    ("api", "problems"): "a problem by a key passes the same checks as a page's",
    ("api", "imports"): "a request's rows pass the same checks as a file's",
    ("exports", "views"): "the file of a list holds the rows of its page, by the same conditions",
    ("saved_views", "views"): "a saved view is told as the pages tell rows",
    ("views", "retention"): "the page shows a round's state as a word about it asks for it",
    ("exports", "overdue"): "the export shows what the stage computes",
    ("books", "turnover"): "the books ask what is outstanding as an application does",
    ("payments", "shortfalls"): "nothing is advanced for a hospital that owes too long",
    ("views", "shortfalls"): "the page shows debts as a payment run sees them",
    ("views", "turnover"): "the page shows what an application would be about",
    ("payments", "payment_warnings"): "a run asks for the explanation the page showed reasons for",
    ("exports", "deliveries"): "the export shows what the stage compares",
    ("views", "deliveries"): "the page shows what the stage compares",
    ("views", "period_close"): "the page shows what a close would find",
    ("period_close", "identity"): "a month closes when its four sources agree",
    ("identity", "books"): "both ask which sheets are payables",
    ("exports", "identity"): "the export shows what the page compares",
    ("views", "identity"): "the page shows what the stage compares",
    ("arrears", "overdue"): "figures, rankings and lists add up what the stage computes",
    ("views", "arrears"): "the pages show figures and rankings as they are kept",
    ("views", "monitoring"): "the page shows the very rows that a figure of the stage adds up",
    ("views", "overdue"): "the board shows what the stage computes",
    ("books", "releases"): "the books ask which released files they do not know",
    ("books", "overdue"): "the register of open lines is compared with what it follows from",
    ("windows", "imports"): "a word given on a page or by silence is taken as a file's would be",
    ("remedies", "overdue"): "an answer is about lines that are late today",
    ("scheme_trials", "settle"): "a trial adds up the sheets that a settlement would make",
    ("scheme_trials", "scheme_drafts"): "a trial reads the cells of the draft it tries",
    ("scheme_trials", "views"): "the result of a trial is rows by name, as the pages read them",
    ("views", "prepaid"): "the pages show balances as the stage computes them",
    ("views", "round_prepayments"): "the pages show what was drawn down as the stage computes it",
    ("views", "remedies"): "the pages show what an answer would be about",
}

#: Leases and waits are seconds by the monotonic clock; nothing there is money or quantity.
WAITS = ("models/services/jobs", "models/services/status", "models/logs.py")

#: Columns that say whose rows these are; a table without one is global.
SCOPE_COLUMNS = {
    "area_code", "area", "hospital_code", "enterprise_code", "credit_code", "party_code",
    "parent_code", "agency_code", "debtor_account_no", "line_no",
    # through the row of another table that has one of the above
    "sheet_id", "instruction_id", "batch_id", "mail_id", "file_id", "import_id",
    "publication_id", "measure_id", "prepayment_id", "request_id", "finding_id", "report_id",
    "problem_id", "lost_file_id",
}  # fmt: skip
#: A column of that name which says nothing of the kind: the id of a page's request.
OF_NOBODY = {"job": {"request_id"}}
GLOBAL_TABLES = {
    "api_nonce": "a key's",
    "api_request": "an institution's, by its name",
    "webhook_delivery": "its webhook's",
    "audit_event": "read by auditors alone",
    "saved_view": "a person's own, offered to a role within the person's area or institution",
    "user_session": "a person's own, and the administrators' of the rows",
    "sign_in_attempt": "a person's own, and the administrators' of the rows",
    "second_factor": "a person's own",
    "recovery_code": "a person's own",
    "password_used": "a person's own",
    "password_link": "a person's own",
    "job": "read by those who may see jobs; its arguments name the area",
    "schedule_run": "machine room",
    "heartbeat": "machine room",
    "installation": "machine room",
    "stored_file": "reached through the row that names the file",
    "master_history": "read by auditors alone",
    "product": "a national catalogue",
    "vbp_round": "a national catalogue",
    "calendar_day": "the same for all",
    "bank_branch": "a national directory",
    "lpr_rate": "the same for all",
    "bank_profile": "machine room",
    "bank_profile_change": "machine room",
    "rail_rule": "the payment systems are the same for all",
    "bank_day": "a bank's days of rest are the same for all",
    "open_line_change": "marks of what changed, taken in by the next refresh",
    "open_line_state": "how far the register is",
    "overdue_figure_run": "says when the figures of a day were made",
    "arrears_ranking": "the head of rows that have an area",
    "ladder_step": "rules are public",
    "problem_kind": "rules are public",
    "retention_tier": "rules are public",
    "retention_rule": "rules are public",
    "assessment_item": "rules are public",
    "scheme_product": "rules are public",
    "scheme_round": "rules are public",
    "short_supply": "a national list",
    "round_product": "a national list",
    "reporting_run": "says when a round was compared",
    "grade_item": "rules are public",
    "grade_tier": "rules are public",
    "coverage_run": "says when the figures of a month were made",
    "books_run": "the proof of all books; counts and sentences for agency staff",
    "ledger_entry": "accounts carry area and party in their names",
}


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", ["models", "workers", "web", "scripts"])
def test_every_module_begins_with_a_sentence_about_its_purpose(folder):
    silent = [
        str(path) for path, tree in sources(folder) if tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_no_float_under_models():
    found = []
    for path, tree in sources("models"):
        for node in ast.walk(tree):
            is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
            if (is_literal or is_call) and not str(path).startswith(WAITS):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_only_the_settings_read_the_environment_under_models_and_only_the_clock_the_time():
    readers = {
        str(path)
        for path, tree in sources("models")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers == {"models/settings.py"}


def test_stages_do_not_import_one_another():
    crossings = []
    for path, tree in sources("models/services"):
        stage = path.relative_to("models/services").parts[0].removesuffix(".py")
        others = imported_services(tree) - {stage, "__init__"} - set(SHARED_SERVICES)
        crossings += [f"{path} imports {one}" for one in others if (stage, one) not in READS]
    assert crossings == []


def imported_services(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "models.services":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "models.services."
        ):
            found.add(str(node.module).split(".")[2])
    return found


def test_every_table_has_a_scope_column_or_is_global_for_a_reason():
    unscoped = set()
    for record in ALL:
        columns = {field.column_name for field in record._meta.sorted_fields}
        columns -= OF_NOBODY.get(record._meta.table_name, set())
        if not columns & SCOPE_COLUMNS:
            unscoped.add(record._meta.table_name)
    assert unscoped - set(GLOBAL_TABLES) == set()
    assert set(GLOBAL_TABLES) - unscoped == set(), "these have a scope column: take them off"


def test_relative_and_workplace_paths_are_not_in_the_repository():
    words = ("/work/" + "main", "/work/" + "shared", "../" + "shared", "pypi." + "org")
    found = [
        f"{path}: {word}"
        for folder in ("models", "workers", "web", "scripts", "tests", "docs", "requirements")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".html", ".txt", ".in", ".toml", ".js", ".css", ".sql"}
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []
