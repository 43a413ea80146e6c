"""docs/checks.md: every practice and advice with its checks, made of the catalogue. `make checks` writes it anew."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from scoring.integrity.catalog import LOOKED_AT, OF_CLIENTS
from scoring.integrity.catalog.practice import Advice, Check, Practice

OPENING = """# Checks

What is looked for, by which checks, what each needs, and what is said beside it. This page is made of the catalogue
(`make checks`), and a test compares them; [integrity](integrity.md) says how the checks are made and when a warning
opens. A check has one of three answers: *found*, *not found*, *not applicable*. Those of one family rest on the same
data and count once.
"""
HEADS = ("check", "what it looks at", "family", "what it says", "unit of its effect", "needs")


def page() -> str:
    """Return the page, in Markdown."""
    return OPENING + "".join(f"\n{block}\n" for it in LOOKED_AT.values() for block in _blocks(it))


def _blocks(looked_at: Practice | Advice) -> Iterator[str]:
    subject, by = "a client" if looked_at in OF_CLIENTS else "a channel", looked_at.window or "week or month"
    yield f"## {looked_at.name}"
    yield f"`{looked_at.code}`, rules version {looked_at.version}, of {subject}, by the {by}."
    if isinstance(looked_at, Advice):
        yield _table((it, "advises") for it in looked_at.checks)
        return
    yield _table([(looked_at.screen, "screens"), *((it, "confirms") for it in looked_at.confirming)])
    yield from _listed("Never tested:", looked_at.untested)
    yield from _listed("What may explain it:", looked_at.explanations)
    yield f"What to do: {looked_at.advice}"
    if looked_at.advice_on_prospects:
        yield f"Of a prospect: {looked_at.advice_on_prospects}"
    yield from _listed("Law, and rules of platforms:", looked_at.law)


def _table(checks: Iterable[tuple[Check, str]]) -> str:
    rows = [(f"`{it.code}`", it.name, it.family, part, it.unit, it.needs) for it, part in checks]
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEADS, ("---",) * len(HEADS), *rows))


def _listed(heading: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield heading
        yield "\n".join(f"- {it}" for it in sentences)


if __name__ == "__main__":
    sys.stdout.write(page())
