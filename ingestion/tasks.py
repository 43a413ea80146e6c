"""Handlers of what comes in, and of what is to go."""

from ingestion.services import digestion, erasure, exporting, files, polling, quarantine, restoring, retention
from tenants.services import answers, jobs


@jobs.handles("cut_file")
def cut_file(work: jobs.Work) -> None:
    files.cut(work)


@jobs.handles("land_piece")
def land_piece(work: jobs.Work) -> None:
    files.land_piece(work)


@jobs.handles("try_rows_again")
def try_rows_again(work: jobs.Work) -> None:
    quarantine.try_each_again(work)


@jobs.handles("digest_hook")
def digest_hook(work: jobs.Work) -> None:
    digestion.digest(work)


@jobs.handles("ask_platform")
def ask_platform(work: jobs.Work) -> None:
    polling.ask(work)


@jobs.handles("erase_person")
def erase_person(work: jobs.Work) -> None:
    erasure.begin(work)


@jobs.handles("clear_person")
def clear_person(work: jobs.Work) -> None:
    erasure.clear(work)


@jobs.handles("export_person")
def export_person(work: jobs.Work) -> None:
    exporting.make(work)


@jobs.handles("tidy")
def tidy(work: jobs.Work) -> None:
    """Let go, every night, of what has been kept for long enough."""
    with work.finishing():
        quarantine.expire()
        files.expire()
        digestion.expire()
        exporting.expire()
        answers.forget()
        jobs.enqueue("note_erasures")


@jobs.handles("note_erasures")
def note_erasures(work: jobs.Work) -> None:
    """Note what is not noted of erasures outside the database; apart, for the file may be away."""
    with work.finishing():
        restoring.keep_up()


@jobs.handles("remove")
def remove(work: jobs.Work) -> None:
    retention.remove(work)


@jobs.handles("remove_rows")
def remove_rows(work: jobs.Work) -> None:
    retention.remove_rows(work)
