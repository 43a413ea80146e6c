import ingestion.models.held  # noqa: F401 (declares what its columns hold of people)
from ingestion.models.audience import AudienceCount, ProfileSample, Window
from ingestion.models.automation import Automation
from ingestion.models.campaign import Campaign, CampaignKind, Vendor
from ingestion.models.contact import Contact, ContactFact, Identifier, IdentityLink, LinkedHow
from ingestion.models.delivery import Delivery, Rejection
from ingestion.models.engagement import Direction, Engagement
from ingestion.models.erasure import Erasure, ErasureState, Tombstone
from ingestion.models.export import Export
from ingestion.models.file import FileBlock, FileImport, FileKind, FileState, SavedLayout
from ingestion.models.hook import Hook, HookBody, Sender
from ingestion.models.insider import Insider, Tie
from ingestion.models.ladder import KindMapping, Nature, Rung
from ingestion.models.logged import LoggedAct, What
from ingestion.models.outcome import Outcome, OutcomeKind
from ingestion.models.poll import Asked, Poll
from ingestion.models.post import Bait, Post, PostCount
from ingestion.models.receipt import Receipt
from ingestion.models.removal import Removal, Why
from ingestion.models.shape import Counted, Shape
from ingestion.models.source import KnownAt, Source, SourceKind

__all__ = [
    "Asked",
    "AudienceCount",
    "Automation",
    "Bait",
    "Campaign",
    "CampaignKind",
    "Contact",
    "ContactFact",
    "Counted",
    "Delivery",
    "Direction",
    "Engagement",
    "Erasure",
    "ErasureState",
    "Export",
    "FileBlock",
    "FileImport",
    "FileKind",
    "FileState",
    "Hook",
    "HookBody",
    "Identifier",
    "IdentityLink",
    "Insider",
    "KindMapping",
    "KnownAt",
    "LinkedHow",
    "LoggedAct",
    "Nature",
    "Outcome",
    "OutcomeKind",
    "Poll",
    "Post",
    "PostCount",
    "ProfileSample",
    "Receipt",
    "Rejection",
    "Removal",
    "Rung",
    "SavedLayout",
    "Sender",
    "Shape",
    "Source",
    "SourceKind",
    "Tie",
    "Tombstone",
    "Vendor",
    "What",
    "Why",
    "Window",
]
