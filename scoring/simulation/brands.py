"""The three brands: who comes to them, what they sell, and what happened to their channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.simulation.roles import USUAL


@dataclass(frozen=True)
class Burst:
    """Many came within some days. what: happened; back: how many months before the last that can be looked at;
    followers: for each person that a brand has otherwise; role: theirs, or like everybody else.
    """

    what: str
    back: int
    followers: float
    days: float = 12.0
    role: str | None = None


@dataclass(frozen=True)
class Setting:
    """A channel and its circumstances. people: share of the brand's. clean_up: how many months back the platform
    removed accounts.
    """

    platform: str
    handle: str
    people: float = 1.0
    bursts: tuple[Burst, ...] = ()
    clean_up: int | None = None

    @property
    def name(self) -> str:
        return f"{self.platform}/{self.handle}"


@dataclass(frozen=True)
class Script:
    """A brand before anything is drawn. price: of a usual purchase, in pounds; mix: role → share, where it is not the
    usual one.
    """

    name: str
    audience: Mapping[str, list[str]]
    settings: tuple[Setting, ...]
    things: tuple[str, ...]
    price: float
    mix: Mapping[str, float] = field(default_factory=lambda: USUAL)


def _with(**shares: float) -> Mapping[str, float]:
    """Return the usual mix with some shares moved; underscores are blanks."""
    moved = {name.replace("_", " "): share for name, share in shares.items()}
    return {role: moved.get(role, share) for role, share in USUAL.items()}


PRIZE = "prize hunter"
SCRIPTS = (
    Script(
        "Fernleaf Pottery",
        {"languages": ["en"], "regions": ["GB", "IE"], "interests": ["pottery", "slow living"]},
        (
            Setting(
                "instagram",
                "fernleaf.pottery",
                bursts=(Burst("viral post", 2, 0.5), Burst("press mention", 0, 0.5)),
                clean_up=6,
            ),
        ),
        ("mug", "blue bowl", "teapot", "large plate", "vase", "butter dish"),
        42.0,
        _with(relationship=0.21, liker=0.13),
    ),
    Script(
        "Volt Trainers",
        {"languages": ["en"], "regions": ["GB"], "interests": []},
        (
            Setting("instagram", "volt.trainers", 0.8, bursts=(Burst("bought", 0, 1.1, days=4, role="bought"),)),
            Setting("tiktok", "volttrainers", 0.2),
        ),
        ("trail shoe", "grey runner", "white sole", "high top", "winter pair", "lace set"),
        78.0,
        _with(liker=0.2, lurker=0.32),
    ),
    Script(
        "Sunny Snacks",
        {"languages": [], "regions": [], "interests": []},
        (
            Setting(
                "facebook",
                "sunnysnacks",
                bursts=(
                    Burst("giveaway", 9, 0.1, 7, PRIZE),
                    Burst("giveaway", 5, 0.1, 7, PRIZE),
                    Burst("giveaway", 2, 0.8, 7, PRIZE),
                    Burst("giveaway", 0, 1.2, 7, PRIZE),
                ),
            ),
        ),
        ("chilli crisps", "party box", "lentil bites", "salted nuts", "family bag", "rice crackers"),
        19.0,
        _with(commenter_of_one_word=0.12, lurker=0.32),
    ),
)
