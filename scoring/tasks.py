"""Handlers of learning and scoring.

The libraries that learn take seconds to load. They are loaded with the first job that needs them and not by every
worker that starts: one that was killed is back at once, and does what others wait for.
"""

from tenants.services import jobs


@jobs.handles("nightly_scoring")
def nightly_scoring(work: jobs.Work) -> None:
    from scoring.services import training

    training.look_after(work)


@jobs.handles("retrain")
def retrain(work: jobs.Work) -> None:
    from scoring.services import training

    training.retrain(work)


@jobs.handles("rescore")
def rescore(work: jobs.Work) -> None:
    from scoring.services import rescoring

    rescoring.rescore(work)


@jobs.handles("score_client")
def score_client(work: jobs.Work) -> None:
    from scoring.services import rescoring

    rescoring.score_client(work)


@jobs.handles("catch_up")
def catch_up(work: jobs.Work) -> None:
    from scoring.services import catching_up

    catching_up.catch_up(work)


@jobs.handles("look_back")
def look_back(work: jobs.Work) -> None:
    from scoring.services import hindsight

    hindsight.look_back(work)


@jobs.handles("watch")
def watch(work: jobs.Work) -> None:
    from scoring.services import watching

    watching.watch(work)


@jobs.handles("confirm")
def confirm(work: jobs.Work) -> None:
    from scoring.services import watching

    watching.confirm(work)


@jobs.handles("examine")
def examine(work: jobs.Work) -> None:
    from scoring.services import examining

    examining.examine(work)


@jobs.handles("vet")
def vet(work: jobs.Work) -> None:
    from scoring.services import examining

    examining.vet(work)


@jobs.handles("forget_run")
def forget_run(work: jobs.Work) -> None:
    from scoring.services import rescoring

    rescoring.forget_run(work)


@jobs.handles("forget")
def forget(work: jobs.Work) -> None:
    from scoring.services import forgetting

    forgetting.forget(work)


@jobs.handles("drop_scores")
def drop_scores(work: jobs.Work) -> None:
    from scoring.services import forgetting

    forgetting.drop_scores(work)
