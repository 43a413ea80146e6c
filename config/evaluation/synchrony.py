"""What the checks on engagement pods say of people who act, and how well they find those who have agreed to."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from config.evaluation import community
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from scoring.integrity.check import Answer, Result
from scoring.integrity.pod_trials import Said, Trial, figures, of_people
from scoring.learning.report import rate
from scoring.simulation.company import KINDS
from scoring.simulation.pods import LOOSE, TIGHT

NO = ("", "0", "0.0", "no", "false", "none")
TRUTH = "truth"
RUNS = 10


def synchrony(evaluation: Evaluation, *, plant: int, seed: int, **columns: Any) -> dict[str, Any]:
    """Return what is raised, how well it meets the truth, and how well pods are found that are planted among these
    people (docs/evaluation.md).
    """
    with evaluation.stage("read"):
        said, received, coordinated = read(**columns)
        trial = Trial.of(said)
    start, end = trial.window
    found: dict[str, Any] = {
        "rows": {"received": received, "used": len(said.actors), "on_nobodys": trial.others.height},
        "people": len(trial.names),
        "from": start.date().isoformat(),
        "until": end.date().isoformat(),
    }
    with evaluation.stage("look"):
        groups = trial.raised()
        members = frozenset[str]().union(*groups)
        checks = trial.checks()
        by_month = [len(trial.raised(month)) for month in trial.months()]
        found |= {"groups": len(groups), "members": len(members), "groups_by_month": by_month}
        found |= {"checks": {code: _told(result) for code, result in checks.items()}}
        if coordinated:
            found |= {"coordinated": len(coordinated), **of_people(members, coordinated)}
        if trial.others.height:
            found["screen_alone"] = _screen_alone(trial, coordinated)
    for line in _lines(found):
        evaluation.say(line)
    if plant:
        with evaluation.stage("plant"):
            found["planted"] = _planted(evaluation, trial, plant, seed)
            found["company"] = _company(evaluation, trial, seed)
    return {**found, "sentence": _sentence(found), "seconds": evaluation.seconds}


def read(
    *, csv: Path, actor: str, target: str, owner: str = "", time: str, truth: str = "", **_: Any
) -> tuple[Said, int, frozenset[str]]:
    """Return the acts of a file that have a time, how many it has, and who is said to be coordinated. Without a column
    that says whose an object is, one that acts is its own, and so is everybody in a file of three words a line. Raises
    EvaluationFailed where it cannot be used.
    """
    acts = community.read(csv=csv, sender=actor, receiver=target, time=time)
    timed = [it for it in acts if it.at]
    actors = {it.sender for it in acts}
    owners = [it.to if csv.suffix == ".txt" or it.to in actors else "" for it in timed]
    coordinated: set[str] = set()
    if csv.suffix != ".txt":
        rows = list(rows_of(csv, [name for name in (actor, target, owner, truth) if name]))
        label = truth or (TRUTH if TRUTH in rows[0] else "")
        coordinated = {it[actor] for it in rows if label and it[label].strip().lower() not in NO}
        if owner:
            whose = {it[target]: it[owner] for it in rows}
            owners = [whose[it.to] for it in timed]
    if truth and not coordinated:
        raise EvaluationFailed(f"No row of {csv.name} says in {truth} that its actor is coordinated.")
    said = Said(
        [it.sender for it in timed], [it.to for it in timed], owners, [it.at.astimezone(UTC) for it in timed if it.at]
    )
    return said, len(acts), frozenset(coordinated)


def _told(result: Result) -> dict[str, Any]:
    effect = None if result.effect is None else {"value": result.effect, "low": result.low, "high": result.high}
    told = {"answer": result.answer.value, "effect": effect, "n": result.n, "p": result.p, "why": result.why}
    return {**told, "seen": dict(result.seen)}


def _screen_alone(trial: Trial, coordinated: frozenset[str]) -> dict[str, Any]:
    """Return what the screen says of acts on what is nobody's: more than the product says."""
    result, members = trial.alone()
    found = {**_told(result), "groups": result.seen.get("groups", 0), "members": len(members)}
    return found | (of_people(members, coordinated) if coordinated else {})


def _planted(evaluation: Evaluation, trial: Trial, plant: int, seed: int) -> dict[str, Any]:
    """Return how well the members of planted pods are found, by how tight these are, in ten runs each."""
    levels = []
    for tightness in (*TIGHT, *LOOSE):
        counted = [trial.found_of_planted(plant=plant, tightness=tightness, seed=seed + run) for run in range(RUNS)]
        right, wrong, missed = ([it[at] for it in counted] for at in range(3))
        level = {"share": tightness.share, "minutes": tightness.minutes, **figures(right, wrong, missed)}
        levels.append(level)
        f1 = level["f1"]
        evaluation.say(
            f"{plant} pods that act on {tightness.share:.0%} of posts, {tightness.minutes:g} minutes after on average: "
            + (f"F1 {f1['value']:.3f} (90 %: {f1['low']:.3f} to {f1['high']:.3f})" if isinstance(f1, dict) else "none")
        )
    return {"pods": plant, "runs": RUNS, "levels": levels}


def _company(evaluation: Evaluation, trial: Trial, seed: int) -> dict[str, Any]:
    """Return in how many of ten runs anything is raised once honest people are put in who are much together."""
    found = {}
    for kind in KINDS:
        raised = sum(trial.raises_company(kind=kind, seed=seed + run) for run in range(RUNS))
        found[kind] = rate(raised, RUNS)
        evaluation.say(f"{kind}: something is raised in {raised} of {RUNS} runs")
    return found


def _lines(found: dict[str, Any]) -> Iterator[str]:
    alone = {"screen alone, of what is nobody's": found["screen_alone"]} if "screen_alone" in found else {}
    for code, it in {**found["checks"], **alone}.items():
        told = f"{code}: {it['answer'].replace('_', ' ')}"
        if it["effect"]:
            told += ", {value:.3f} (90 %: {low:.3f} to {high:.3f})".format(**it["effect"])
        told += f", p {it['p']:.4f}" if it["p"] is not None else ""
        yield told + (f" ({it['why'].replace('_', ' ')})" if it["why"] else "")


def _sentence(found: dict[str, Any]) -> str:
    groups = found["groups"]
    if groups:
        return f"{groups} {'group is' if groups == 1 else 'groups are'} raised, of {found['members']} people."
    if found["checks"]["synchrony"]["answer"] == Answer.NOT_APPLICABLE:
        return (
            "Nothing is raised, for it cannot be looked for: of too few acts it is known whose post they are on, and "
            "when. The screen alone warns of nothing. This is no finding of innocence."
        )
    return "No group is raised."
