"""Acts on the posts of prospects: they are meant for the creator, and no sign that anybody means the client's brand.

An act names its post by its source's id, and the post its channel; whichever of them came first. The channel's role is
read with the act, so the role in force when somebody asks decides about all that was done there, ever. An act that
names no post, or none that is known, counts.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ingestion.models import Engagement, Post
from tenants.models import ChannelRole

# For statements; the form below, for querysets. {act}: the name of the act's row; {source}: the column with the number
# of its source. As a condition of its own it is one hash join more, and next to nothing for who has no prospects; under
# an OR, to pass over acts without a post, it made the frame of acts a quarter slower, and four times with many posts.
COUNTS = """NOT EXISTS (
    SELECT FROM ingestion_post p JOIN tenants_channel h ON h.tenant_id = p.tenant_id AND h.id = p.channel_id
    WHERE p.tenant_id = {act}.tenant_id AND p.source_id = {source} AND p.ext_id = {act}.post AND h.role = 'prospect')"""


def posts_of_prospects() -> QuerySet[Post]:
    """Return the prospect's post that an act, the outer row, names: none where it counts."""
    return Post.objects.filter(
        source=OuterRef("delivery__source"), ext_id=OuterRef("post"), channel__role=ChannelRole.PROSPECT
    )


def acts_on_prospects(*, known_before: datetime) -> int:
    """Return how many acts are known that were done on the posts of prospects."""
    return Engagement.objects.filter(Exists(posts_of_prospects()), known_at__lt=known_before).count()
