"""Operations of migrations that change what Django thinks of the models, and not only the database."""

from django.db import models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from tenants.walls.operations import CreateTogether

PARENT = CreateModel("Parent", [("id", models.BigAutoField(primary_key=True))])
CHILD = CreateModel(
    "Child",
    [("id", models.BigAutoField(primary_key=True)), ("parent", models.ForeignKey("late.Parent", models.PROTECT))],
)


def test_models_created_together_are_those_created_one_by_one() -> None:
    together, one_by_one = ProjectState(), ProjectState()
    for state in (together, one_by_one):
        assert not list(state.apps.get_models())  # rendered, as a state that is migrated is
    CreateTogether([PARENT, CHILD]).state_forwards("late", together)
    for model in (PARENT, CHILD):
        model.state_forwards("late", one_by_one)
    assert together == one_by_one
    child = together.apps.get_model("late", "Child")
    assert child._meta.get_field("parent").related_model is together.apps.get_model("late", "Parent")
