"""Whether members get answers from each other, told with intervals."""

from scoring.features.clock import PEER
from scoring.learning.community import community
from tests.scoring.frames import AS_OF, act, facts


def test_members_who_are_spoken_to_and_answered_are_told() -> None:
    asked = act(4, contact=1, target=2, direction=PEER, act=1, ago=3)
    answer = act(4, contact=2, target=1, direction=PEER, act=2, reply=1, ago=2)
    found = community(facts([asked, answer, act(1, contact=3), act(1, contact=4)]), AS_OF)
    assert found["members"] == 4
    assert found["received"]["value"] == 0.5
    assert found["answered"]["low"] < found["answered"]["value"] == 0.25 < found["answered"]["high"]
    assert found["peers"] == {"median": 0.5, "median_of_any": 1, "most": 1}


def test_nobody_is_no_community() -> None:
    assert community(facts(), AS_OF)["received"] is None
