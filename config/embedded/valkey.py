"""One Valkey server, private to a folder."""

import signal
import subprocess
from typing import Literal
from urllib.parse import quote

import redis

from config.embedded.binaries import valkey_program
from config.embedded.place import Place
from config.embedded.process import ServerFailed, end, last_lines, launch, wait_until

START_SECONDS = 20


class Valkey:
    """A Valkey server on a socket in a folder only its owner may enter."""

    name = "Valkey"

    def __init__(self, place: Place, *, durable: bool) -> None:
        self.place = place
        self.durable = durable
        self.log = place.logs / "valkey.log"
        self.socket = place.sockets / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, *, database: int = 0) -> str:
        """Return the address, known whether or not the server runs."""
        return f"unix://{quote(str(self.socket))}?db={database}"

    def start(self) -> Literal["started", "attached"]:
        """Start the server, or attach to the one that runs. Raises ServerFailed with the end of the log."""
        if self.answers():
            return "attached"
        data = self.place.root / "valkey"
        data.mkdir(exist_ok=True, mode=0o700)
        self._process = launch(
            [valkey_program(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", data,
             "--appendonly", "yes" if self.durable else "no", "--save", "", "--maxmemory-policy", "noeviction"],
            log=self.log,
        )  # fmt: skip
        if not wait_until(self.answers, self._process, seconds=START_SECONDS):
            raise ServerFailed(f"Valkey did not start. The end of {self.log}:\n{last_lines(self.log)}")
        return "started"

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, gently=signal.SIGTERM, seconds=10)
            self._process = None

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=5) as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:  # also while it loads its data
            return False
        except redis.exceptions.TimeoutError as frozen:
            # Starting a second one on the same data would do harm.
            raise ServerFailed(
                f"Valkey at {self.socket} runs but does not answer; end it, then start again"
            ) from frozen

    def version(self) -> str:
        with redis.Redis.from_url(self.url(), decode_responses=True) as client:
            said: dict[str, str] = client.info("server")
        return said.get("valkey_version") or said["redis_version"]
