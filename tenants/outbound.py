"""Ways out of the process for an agency. Each is taken within a job: sent at least once, and by a stable id."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send_mail(*, to: str, subject: str, template: str, context: dict[str, object], stable_id: str) -> None:
    """Send one plain mail. Raises OSError (smtplib's errors are) where the server does not take it.

    stable_id: the job's public id. A mail that is sent again after a crash has the same Message-ID, by which mailboxes
    tell that it is the same.
    """
    EmailMessage(
        # A line break in a name would begin a header of its own.
        subject=" ".join(subject.split()),
        body=render_to_string(template, context),
        to=[to],
        headers={"Message-ID": f"<{stable_id}@earnest>"},
    ).send()
