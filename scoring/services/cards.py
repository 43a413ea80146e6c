"""Cards of models: what is stored with one, in words."""

from scoring.learning import card
from scoring.models import ModelAct, ModelVersion


def card_of(version: ModelVersion, *, names: bool) -> list[card.Section]:
    """Return the sections of a model's card. names: say which member did something with it; else that one did."""
    done = [card.Done(it.created_at, it.get_act_display(), _who(it, names), it.sentence) for it in version.acts.all()]
    told = {field.attname: getattr(version, field.attname) for field in ModelVersion._meta.concrete_fields}
    return card.card(told, done)


def _who(act: ModelAct, names: bool) -> str:
    if act.by is not None:
        return str(act.by) if names else "a member"
    return f"the key {act.key.name}" if act.key is not None else "itself"
