"""What came of the demo's data, beside what was planted in them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from scoring import selectors
from scoring.learning import words
from scoring.models import Score
from scoring.services import warnings
from scoring.services.warnings import Told
from scoring.simulation.agency import Agency, Planted
from tenants import selectors as tenants

FIRST = 3  # contacts of each client
OF_STEPS = "  {:<17} {:<20} {}. {}"
COLUMNS = "  {:<17} {:<20} {:<22} {:<13} {}"


class Account:
    """What the agency in force sees at a moment: scores, warnings, the model in use, and what became of the truth."""

    def __init__(self, past: Agency) -> None:
        self.scores = selectors.scores().count()
        of_clients = (selectors.scores().filter(client=client)[:FIRST] for client in tenants.clients())
        self.first = [score for first in of_clients for score in first]
        self.steps, self.moments = selectors.next_steps().count(), selectors.moments().count()
        steps = (selectors.next_steps().filter(client=client)[:FIRST] for client in tenants.clients())
        self.first_steps = [step for first in steps for step in first]
        self.told = warnings.told(list(selectors.warnings().order_by("end", "id")))
        self.model = selectors.model_in_use()
        self.verdict = selectors.verdict()
        self.planted = past.truth.planted

    def lines(self) -> Iterator[str]:
        """Yield the table for people."""
        yield f"Scores: {self.scores:,} contacts; of each client the first {FIRST}. {self.verdict}"
        yield COLUMNS.format("client", "contact", "chance (scored alike)", "stage", "strongest reason")
        yield from (_of_score(score) for score in self.first)
        yield f"Next steps: {self.steps:,}; of each client the first {FIRST}. Moments of the week: {self.moments:,}."
        yield from (_of_step(step) for step in self.first_steps)
        yield f"Warnings: {len(self.told)}"
        yield from (f"  {it.evidence.headline} ({it.warning.get_state_display()})" for it in self.told)
        yield "What was planted, and whether it is warned of (a purchase should be, all else should not)"
        yield from (self._of_planted(it) for it in self.planted)

    def _of_planted(self, it: Planted) -> str:
        told = "warned of" if any(_is_of(one, [it]) for one in self.told) else "no warning"
        return f"  {it.what}, {it.accounts:,} accounts, {it.channel}, {_date(it.start)} to {_date(it.end)}: {told}"

    def figures(self) -> dict[str, Any]:
        """Return the same for programs."""
        bought = [it for it in self.planted if it.what == "bought"]
        auc = self.model.quality["auc"] if self.model else None
        return {
            "scores": self.scores,
            "next_steps": self.steps,
            "moments": self.moments,
            "warnings": len(self.told),
            "model": self.model.recipe if self.model else "prior",
            "auc": auc and auc["value"],
            "auc_interval": auc and [auc["low"], auc["high"]],
            "truth": {
                "purchases": len(bought),
                "purchases_warned_of": sum(any(_is_of(it, [one]) for it in self.told) for one in bought),
                "others": len(self.planted) - len(bought),
                "false_warnings": sum(not _is_of(it, bought) for it in self.told),
            },
        }


def _of_score(score: Score) -> str:
    worth = words.worth(score.probability, score.low, score.high, score.points)
    reason = words.sentence(score.reasons[0])
    return COLUMNS.format(score.client.name, str(score.contact)[:20], worth, score.get_stage_display(), reason)


def _of_step(step: Any) -> str:
    why, advice = words.step(step.step, step.step_values), words.advice(step.step, step.step_values)
    return OF_STEPS.format(step.client.name, str(step.contact)[:20], why, advice)


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _is_of(told: Told, planted: Sequence[Planted]) -> bool:
    """Whether a warning speaks of the channel and time of one of these."""
    warning = told.warning
    name = warning.channel and f"{warning.channel.platform}/{warning.channel.handle}"
    return any(it.channel == name and it.start < warning.end and warning.start < it.end for it in planted)
