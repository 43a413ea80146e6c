"""A process's sign of life is that work goes on, not that it exists."""

from django.conf import settings


def show_pulse() -> None:
    """Touch the file that a supervisor watches: a tick was done, a job ended or renewed its lease, a look was taken."""
    if settings.PULSE is not None:
        settings.PULSE.touch()
