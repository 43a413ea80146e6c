"""Post counts as they are sent: what a platform had counted of a post at a moment."""

from typing import Annotated

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Terms, digest, own_id
from ingestion.formats.post import DESCRIBED, Description, described
from ingestion.formats.refusal import RowRefused

COUNTS = ("views", "reach", "likes", "comments", "shares", "saves")
# Below 0 where a platform takes back what it had counted.
Count = Annotated[int, Meta(ge=-(10**12), le=10**12)]


class PostCount(Struct, forbid_unknown_fields=True, kw_only=True):
    """One count of one post. What is not known is left out; it is never 0.

    It may describe its post along, as exports do: a post that is not here yet is made of that.
    """

    id: Annotated[Id, Meta(description="The source's own id; by itself post and moment.")] | None = None
    post: Annotated[str, Meta(min_length=1, max_length=190, description="The source's id of the post.")]
    at: Annotated[Moment, Meta(description="When it was counted; of an export, when it was made.")]
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    views: Count | None = None
    reach: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    saves: Count | None = None
    described: Description | None = None


# Column → its type in PostgreSQL, in the order of Fact.values. Those of the post are its description.
COLUMNS = {
    "post": "text",
    "at": "timestamptz",
    "known_at": "timestamptz",
    **dict.fromkeys(COUNTS, "bigint"),
    **{f"post_{name}": kind for name, kind in DESCRIBED.items()},
}


def read(row: PostCount, index: int, terms: Terms) -> Fact:
    """Return the count as it is landed. Raises RowRefused."""
    counts = tuple(getattr(row, name) for name in COUNTS)
    if row.described is None and all(count is None for count in counts):
        raise RowRefused("missing", "/views", f"A count counts something: {', '.join(COUNTS[:-1])} or {COUNTS[-1]}.")
    post = own_id(row.post, "/post")
    at = terms.moment(row.at, "/at")
    known_at = terms.known(at, row.known_at)
    description = (None,) * len(DESCRIBED) if row.described is None else described(row.described, "/described", terms)
    if row.described is not None and row.described.published_at > at:
        raise RowRefused("invalid", "/described/published_at", "The post was published after it was counted.")
    return Fact(
        index,
        own_id(row.id or f"{post}/{at.isoformat()}"),
        digest(row, (), terms.register.secret),
        (),
        (post, at, known_at, *counts, *description),
    )
