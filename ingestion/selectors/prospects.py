"""Acts on the accounts of prospects: they are meant for the creator, and no sign that anybody means the client's brand.

An act names the channel itself, or its post by its source's id and the post the channel; whichever of them came first.
The channel's role is read with the act, so the role in force when somebody asks decides about all that was done there,
ever. An act that names neither, or no post that is known, counts.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ingestion.models import Engagement, Post
from tenants.models import Channel, ChannelRole

# For statements; the forms below, for querysets. {act}: the name of the act's row; {source}: the column with the number
# of its source. As conditions of their own they are a hash join more each, and next to nothing for who has no
# prospects; under an OR, to pass over acts without a post, it made the frame of acts a quarter slower, and four times
# with many posts.
COUNTS = """NOT EXISTS (
    SELECT FROM ingestion_post p JOIN tenants_channel h ON h.tenant_id = p.tenant_id AND h.id = p.channel_id
    WHERE p.tenant_id = {act}.tenant_id AND p.source_id = {source} AND p.ext_id = {act}.post AND h.role = 'prospect')
AND NOT EXISTS (
    SELECT FROM tenants_channel h
    WHERE h.tenant_id = {act}.tenant_id AND h.id = {act}.channel_id AND h.role = 'prospect')"""


def counts() -> Q:
    """Return the condition on acts that they count."""
    return Q(~Exists(_of_its_post())) & Q(~Exists(_of_itself()))


def whose() -> Coalesce:
    """Return the handle of the prospect on whose account an act was done; null: it counts."""
    of_itself = Subquery(_of_itself().values("handle"))
    return Coalesce(of_itself, Subquery(_of_its_post().values("channel__handle")[:1]))


def acts_on_prospects(*, known_before: datetime) -> int:
    """Return how many acts are known that were done on the accounts of prospects."""
    known = Engagement.objects.filter(known_at__lt=known_before)
    return known.count() - known.filter(counts()).count()


def _of_its_post() -> QuerySet[Post]:
    return Post.objects.filter(
        source=OuterRef("delivery__source"), ext_id=OuterRef("post"), channel__role=ChannelRole.PROSPECT
    )


def _of_itself() -> QuerySet[Channel]:
    return Channel.objects.filter(pk=OuterRef("channel"), role=ChannelRole.PROSPECT)
