"""Rings due jobs, fairly over all tenants.

Runs as a process of its own, on a direct connection (a pooler that hands out a connection for one transaction at a time
loses LISTEN), as the one role that sees the jobs of all tenants. It keeps no state: killed, it goes on where the ledger
stands; two at once ring some jobs twice, and the second message finds nothing to claim.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from tenants.errors import BellSilent
from tenants.services.jobs.pulse import show_pulse
from tenants.services.jobs.queue import CHANNEL
from tenants.services.jobs.work import MOST_ATTEMPTS

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
RECONNECT_SECONDS = 0.5

# Rows that somebody holds are passed over: they are being ended, or cancelled, this very moment.
LAPSED = "SELECT id FROM tenants_job WHERE state = 'running' AND lease_until < now() FOR UPDATE SKIP LOCKED"
SWEEP = f"""
UPDATE tenants_job SET
    state = CASE WHEN attempt < %(most)s THEN 'queued' ELSE 'quarantined' END,
    finished_at = CASE WHEN attempt < %(most)s THEN NULL ELSE now() END,
    lease_until = NULL, rung_at = NULL, error_code = 'worker_lost', error = %(error)s
WHERE id = ANY(ARRAY({LAPSED}))
"""
WORKER_LOST = "The worker that was at it stopped answering: it was killed, ran out of memory or was frozen."

# Whose turn it is: the tenants with something waiting, one index entry each however much waits; of each the oldest, as
# many as its share has left; first every tenant's first, then every tenant's second, from behind the last served on.
# What has ended is never looked at: the orderings and arrays make every step follow one of the partial indexes.
TURN = """
WITH RECURSIVE waiting (tenant_id) AS (
    (SELECT tenant_id FROM tenants_job WHERE state = 'queued' ORDER BY tenant_id, run_after, id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.tenant_id FROM tenants_job j WHERE j.state = 'queued' AND j.tenant_id > waiting.tenant_id
            ORDER BY j.tenant_id, j.run_after, j.id LIMIT 1)
    FROM waiting WHERE waiting.tenant_id IS NOT NULL
), rung AS (
    SELECT tenant_id FROM tenants_job WHERE state = 'queued' AND rung_at > now() - %(again)s
), busy AS (
    SELECT tenant_id, count(*) AS jobs
    FROM (SELECT tenant_id FROM rung UNION ALL SELECT tenant_id FROM tenants_job WHERE state = 'running') held
    GROUP BY tenant_id
), turn AS (
    SELECT oldest.id, row_number() OVER (
        ORDER BY coalesce(busy.jobs, 0) + oldest.place, waiting.tenant_id <= %(last)s, waiting.tenant_id) AS place
    FROM waiting LEFT JOIN busy USING (tenant_id) CROSS JOIN LATERAL (
        SELECT j.id, row_number() OVER (ORDER BY j.run_after, j.id) AS place FROM tenants_job j
        WHERE j.tenant_id = waiting.tenant_id AND j.state = 'queued' AND j.run_after <= now()
          AND (j.rung_at IS NULL OR j.rung_at <= now() - %(again)s)
        ORDER BY j.run_after, j.id LIMIT greatest(0, %(share)s - coalesce(busy.jobs, 0))
    ) oldest
    ORDER BY place LIMIT greatest(0, %(most)s - (SELECT count(*) FROM rung))
), taken AS (
    UPDATE tenants_job SET rung_at = now()
    WHERE id = ANY(ARRAY(SELECT id FROM tenants_job WHERE id = ANY(ARRAY(SELECT id FROM turn)) AND state = 'queued'
                         FOR UPDATE SKIP LOCKED))
    RETURNING id, tenant_id
)
SELECT taken.tenant_id, taken.id FROM taken JOIN turn USING (id) ORDER BY turn.place
"""
UNRING = """
UPDATE tenants_job SET rung_at = NULL
WHERE id = ANY(ARRAY(SELECT id FROM tenants_job WHERE id = ANY(%s) AND state = 'queued' FOR UPDATE SKIP LOCKED))
"""


class Dispatcher:
    """Sends numbers of due jobs, by `ring(tenant_id, job_id)`, until told to stop.

    slots: how many jobs all workers together do at once. At most twice as many are rung and not yet taken; of one
    tenant, rung and running together, at most half as many (one where there is one slot), so that slow jobs of one
    never hold all workers.
    """

    def __init__(self, ring: Callable[[int, int], None], *, slots: int) -> None:
        self.ring = ring
        self.slots = slots
        self.last_tenant = 0
        self._swept = 0.0
        self._is_silent = False
        self._is_blind = False

    def run(self, until: Callable[[], bool]) -> None:
        while not until():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                while not until():
                    self.look()
                    show_pulse()
                    self._is_blind = False
                    self._hear(timeout=SWEEP_SECONDS, stop_after=1)
            except (OperationalError, InterfaceError) as why:
                if not self._is_blind:
                    logger.warning("the ledger cannot be looked at (%s); trying until it can", why)
                self._is_blind = True
                connection.close()
                time.sleep(RECONNECT_SECONDS)

    def look(self) -> None:
        """Ring what may be rung now; once a second, also put back what its worker lost."""
        # First: what was said until now this look will see, and a thousand notifications are one reason for it.
        self._hear(timeout=0)
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            self._swept = time.monotonic()
            self._sweep()
        turn = self._take_turns()
        for place, (tenant_id, job_id) in enumerate(turn):
            try:
                self.ring(tenant_id, job_id)
            except BellSilent as silent:
                self._put_back([job_id for _, job_id in turn[place:]], silent)
                return
            self.last_tenant = tenant_id
        if turn:
            self._is_silent = False

    def _sweep(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, {"most": MOST_ATTEMPTS, "error": WORKER_LOST})
            if cursor.rowcount:
                logger.warning("%s jobs lost their worker", cursor.rowcount)

    def _take_turns(self) -> list[tuple[int, int]]:
        bounds: dict[str, Any] = {
            "again": settings.JOB_RING_AGAIN,
            "last": self.last_tenant,
            "share": max(1, self.slots // 2),
            "most": 2 * self.slots,
        }
        with connection.cursor() as cursor:
            cursor.execute(TURN, bounds)
            return list(cursor.fetchall())

    def _put_back(self, job_ids: list[int], silent: BellSilent) -> None:
        if not self._is_silent:
            logger.warning("%s Jobs wait in the ledger; ringing again every second.", silent)
        self._is_silent = True
        with connection.cursor() as cursor:
            cursor.execute(UNRING, [job_ids])

    def _hear(self, *, timeout: float, stop_after: int | None = None) -> None:
        with connection.wrap_database_errors:
            for _ in connection.connection.notifies(timeout=timeout, stop_after=stop_after):
                pass
