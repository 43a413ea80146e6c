"""Handlers of what comes in as files."""

from ingestion.services import files
from tenants.services import jobs


@jobs.handles("cut_file")
def cut_file(work: jobs.Work) -> None:
    files.cut(work)


@jobs.handles("land_piece")
def land_piece(work: jobs.Work) -> None:
    files.land_piece(work)
