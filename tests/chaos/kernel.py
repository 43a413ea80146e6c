"""What the kernel says of processes (Linux). One that has ended has no children, took no time and held nothing."""

from contextlib import suppress
from pathlib import Path

GONE = (FileNotFoundError, ProcessLookupError)


def children(pid: int) -> list[int]:
    """Return the processes that this one started, as long as they run."""
    with suppress(*GONE):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def ticks(pid: int) -> int:
    """Return for how long a process has computed, in hundredths of a second."""
    with suppress(*GONE):
        after_its_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(after_its_name[11]) + int(after_its_name[12])
    return 0


def most_held(pid: int) -> float:
    """Return the most memory that a process has held at once so far (resident, VmHWM), in MB of a million bytes."""
    with suppress(*GONE):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0
