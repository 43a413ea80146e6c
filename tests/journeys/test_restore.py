"""T91: a backup of before an erasure is restored, and whoever was erased is gone before anybody can ask."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.embedded.binaries import postgres_programs
from tests.conftest import Agency
from tests.ingestion.doors import act, send
from tests.ingestion.people import CANARY, contact_called, dump, erase, nothing_waits, shows
from tests.journeys.conftest import Demo, Installation, wait_until_it_answers


def program(name: str, *words: str) -> None:
    subprocess.run([postgres_programs() / name, *words], check=True)


def asked(installation: Installation, agency: Agency, path: str, body: Any = None) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{installation.environment['PORT']}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Host": "earnest.example", "X-Forwarded-Proto": "https", "Content-Type": "application/json",
            "Authorization": f"Bearer {agency.api_key}",
        },
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_nobody_back_who_was_erased(
    agency: Agency, installation: Installation, tmp_path: Path, settings: Any
) -> None:
    """T91."""
    postgres, backup = settings.SERVERS.postgres, str(tmp_path / "backup")
    settings.ERASURES_FILE = Path(installation.environment["ERASURES_FILE"])
    installation.environment["SECRET_KEY"] = settings.SECRET_KEY  # a restored installation keeps it
    send(agency, [act(1, actor={"handle": CANARY}, text=f"I am {CANARY}"), act(2, actor={"handle": "bob"})])
    nothing_waits(agency)
    here = postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    program("pg_dump", "--format=custom", f"--file={backup}", here)
    contact = contact_called(agency, CANARY).public_id
    certificate = erase(agency, CANARY)
    assert certificate.finished_at is not None

    there = postgres.url(role="postgres", database=installation.database)
    program("pg_restore", "--clean", "--if-exists", f"--dbname={there}", backup)
    assert shows(dump(installation.database))
    # Nothing serves it as it is.
    assert installation.run("check", "--database", "default").wait(180) == 1
    assert "Erasures in ERASURES_FILE that this database lacks: 1." in installation.said()

    process = installation.run("up")
    try:
        wait_until_it_answers(Demo(process, installation.folder / "var", int(installation.environment["PORT"])))
        assert "erasures since then that are done again: 1" in installation.said()
        source = f"source={agency.source.public_id}"
        assert asked(installation, agency, f"/v1/scores/{contact}")[0] == 404
        assert asked(installation, agency, f"/v1/people?handle={CANARY}")[1]["results"] == []
        again = [act(3, actor={"handle": CANARY}), act(4, actor={"handle": "bob"})]
        _status, verdicts = asked(installation, agency, f"/v1/engagements:batch?{source}", again)
        assert (verdicts["accepted"], verdicts["erased"]) == (1, 1)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            _status, found = asked(installation, agency, f"/v1/erasures/{certificate.public_id}")
            if found["state"] == "finished":
                break
            time.sleep(0.5)
        assert found["state"] == "finished"
        assert not shows(dump(installation.database))
        assert found["removed"]["ingestion_engagement"] == 1
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(180) == 0
