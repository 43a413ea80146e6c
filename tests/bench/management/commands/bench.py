"""`make bench`: how fast, as ratios to what the machine can do and to how most would write it (docs/performance.md)."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

import scoring.tasks  # noqa: F401 (declares its handlers)
from config.installation import prepare
from tests.bench import data, growth, ingest, pages, reads, synchrony
from tests.bench import scoring as rescoring
from tests.bench.harness import Line, Numbers, table
from tests.bench.plain import TABLES
from tests.bench.servers import superuser, web

PARTS = ("ingestion", "synchrony", "scoring", "reads", "growth")
# How much of the size each agency has; growth is what lies between them.
SHARES = (0.1, 0.3, 1)
# Of less the smallest agency has too few buyers to learn from.
LEAST = 0.04


class Command(BaseCommand):
    help = "Measure side by side, and print one table. docs/performance.md says what."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=0.06, help="share of 200 k contacts and 5 M events")
        parser.add_argument("--blocks", type=int, default=7, help="7 at least, for an interval")
        parser.add_argument("--only", nargs="*", default=PARTS, choices=PARTS)
        parser.add_argument("--drawing", type=Path, help="where to draw how time grows, as SVG")

    def handle(self, *_: Any, scale: float, blocks: int, only: list[str], drawing: Path | None, **__: Any) -> None:
        if scale < LEAST:
            raise CommandError(f"The scale is {LEAST} at least: of less there is nothing to learn.")
        self.begun, self.blocks = time.monotonic(), blocks
        try:
            prepare(self.say)
            with superuser() as connection:
                connection.execute("; ".join(["SET ROLE earnest_owner", *TABLES]))
            with web() as port:
                lines = self.measure(port, scale, only, drawing)
            self.stdout.write(f"\n{self.heading(scale)}\n\n{table(lines)}")
        finally:
            settings.SERVERS.remove()

    def measure(self, port: int, scale: float, only: list[str], drawing: Path | None) -> list[Line]:
        blocks, say = self.blocks, self.say
        lines = ingest.measure(port, blocks=blocks, say=say) if "ingestion" in only else []
        if "synchrony" in only:
            lines.append(synchrony.measure(blocks=blocks, say=say))
        if not set(only) - {"ingestion", "synchrony"}:
            return lines
        agencies = [self.agency(share * scale) for share in SHARES]
        for of in agencies:
            rescoring.learn(of, say)
        seconds: list[Numbers] = []
        if "scoring" in only:
            found, seconds = rescoring.measure(agencies, blocks=blocks, say=say)
            lines += found
        else:
            for of in agencies:
                rescoring.rescore(of.tenant_id)
        if "reads" in only:
            lines += reads.measure(agencies[-1], blocks=blocks, say=say)
            lines += pages.measure(agencies[-1], port, blocks=blocks, say=say)
        if "growth" in only:
            lines += growth.measure(agencies, seconds, blocks=blocks, say=say, drawing=drawing)
        return [*lines, growth.memory(agencies[-1], say)]

    def agency(self, scale: float) -> data.Agency:
        of = data.agency()
        contacts, events = round(scale * data.CONTACTS), round(scale * data.EVENTS)
        self.say(f"giving an agency {contacts:,} contacts and {events:,} events")
        data.give_a_past(of, contacts=contacts, events=events)
        return of

    def heading(self, scale: float) -> str:
        contacts, events = round(scale * data.CONTACTS), round(scale * data.EVENTS)
        size = f"{contacts:,} contacts, {events:,} events ({scale:g} of the design's size)"
        return f"{size}; {self.blocks} blocks of ABBA; {os.cpu_count()} cores; {time.monotonic() - self.begun:.0f} s"

    def say(self, message: str) -> None:
        self.stdout.write(f"bench {time.monotonic() - self.begun:4.0f} s: {message}")
        self.stdout.flush()
