"""What this app's columns hold of people (see `tenants.models.held`). Receipts go before the facts that they are of,
contacts last.
"""

from tenants.models.held import OURS, held

# The ids, in their sources, of what a person's rows said.
THEIR_IDS = " UNION ALL ".join(
    f"SELECT d.source_id, d.shape, f.ext_id FROM {table} f "
    "JOIN ingestion_delivery d ON d.tenant_id = f.tenant_id AND d.id = f.delivery_id "
    "WHERE f.tenant_id = %(tenant)s AND f.contact_id = ANY(%(contacts)s)"
    for table in ("ingestion_engagement", "ingestion_outcome", "ingestion_contactfact")
)
THEIRS = "t.contact_id = ANY(%(contacts)s)"

held(
    "ingestion_receipt",
    none="tenant_id source_id shape delivery_id",
    row="ext_id digest",
    whose=f"(t.source_id, t.shape, t.ext_id) IN ({THEIR_IDS})",
)
held(
    "ingestion_engagement",
    none="tenant_id id delivery_id channel_id",
    row="received_at contact_id ext_id kind rung nature direction occurred_at known_at words asks asks_price"
    " asks_availability asks_how_to_buy language likeness text automated post thread in_reply_to provenance",
    special="text",
    whose=THEIRS,
    emptying=("t.target_id = ANY(%(contacts)s)", {"target_id": "NULL"}),
)
held(
    "ingestion_outcome",
    none="id tenant_id created_at delivery_id",
    row="contact_id ext_id kind name occurred_at known_at value currency refund_of",
    whose=THEIRS,
)
held(
    "ingestion_contactfact",
    none="id tenant_id created_at delivery_id",
    row="contact_id ext_id name value at known_at",
    whose=THEIRS,
)
THEIR_CONTACTS = """SELECT c.client_id, c.key FROM ingestion_contact c
WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(contacts)s)"""
held(
    "ingestion_insider",
    none="id tenant_id created_at public_id client_id",
    row="platform handle key why entered_by_id ended_at ended_by_id",
    # Before the links: a handle may be known by one alone.
    whose=f"""(t.client_id, t.key) IN ({THEIR_CONTACTS} UNION ALL
    SELECT l.client_id, l.key FROM ingestion_identitylink l
    WHERE l.tenant_id = %(tenant)s AND l.contact_id = ANY(%(contacts)s) AND l.ended_at IS NULL)""",
)
held(
    "ingestion_identitylink",
    none="id tenant_id created_at public_id client_id matches",
    row="contact_id key kind how source_id linked_by_id known_at ended_at ended_by_id",
    # What leads to them too, whether it holds or not.
    whose=f"({THEIRS} OR (t.client_id, t.key) IN ({THEIR_CONTACTS}))",
)
held(
    "ingestion_loggedact",
    none="id tenant_id created_at public_id client_id delivery_id",
    row="contact_id what occurred_at logged_by_id taken_back_at taken_back_by_id",
    whose=THEIRS,
)
held(
    "ingestion_rejection",
    none="id tenant_id created_at public_id delivery_id index code pointer late retry_id",
    searched="detail row",
    special="row",
)
held(
    "ingestion_fileblock",
    none="id tenant_id created_at file_id ready start end",
    kept={"content": "until the file has landed, which drops their rows; an erasure is not finished before"},
    special="content",
)
held("ingestion_hookbody", none="id tenant_id created_at hook_id job_id", searched="body", special="body")
held(
    "ingestion_export",
    none="id tenant_id created_at public_id job_id finished_at expires_at",
    row="contact_id asked_by_id content",
    special="content",
    whose=THEIRS,
)
held(
    "ingestion_contact",
    none="id tenant_id created_at public_id client_id erasure_id",
    row="key kind platform handle name objected_at",
    whose="t.id = ANY(%(contacts)s)",
)

COUNTED = "id tenant_id created_at received accepted duplicate quarantined erased public_id source_id shape"
held("ingestion_fileimport", none=f"{COUNTED} name size kind sheet columns layout rows job_id")
held("ingestion_savedlayout", none="id tenant_id created_at source_id shape layout saved_at")
held("ingestion_delivery", none=f"{COUNTED} file_id duplicate_rows erased_rows unmatched removed_at")
held("ingestion_removal", none="id tenant_id created_at source_id why job_id removed due_at")
held(
    "ingestion_source",
    none="id tenant_id created_at public_id client_id name kind platform may_train legal_basis may_match keeps_texts"
    " known_at_basis known_after_days retention_days terms_url checked_at",
)
held("ingestion_kindmapping", none="id tenant_id created_at source_id word kind rung")
held(
    "ingestion_hook",
    none="id tenant_id created_at public_id source_id sender account token secrets token_to_ask mapping enabled bodies"
    " left_out last_at error_code error",
)
# The account is the client's own.
held(
    "ingestion_poll",
    none="id tenant_id created_at public_id source_id platform server handle account secrets place enabled job_id"
    " landed left_out has_more asked_at answered_at error_code error",
)
held(
    "ingestion_audiencecount",
    none="id tenant_id created_at delivery_id channel_id ext_id at known_at followers following gained lost window",
)
NAMELESS = "a profile without a name or an id: nobody can tell whose it is"
held(
    "ingestion_profilesample",
    none="id tenant_id created_at delivery_id channel_id ext_id cohort_from cohort_to sampled_at known_at number"
    " cohort_size method",
    kept=dict.fromkeys(
        ("followers", "following", "posts", "bio_length", "has_avatar", "is_private", "digit_share", "created_on"),
        NAMELESS,
    ),
)
held(
    "ingestion_campaign",
    none="id tenant_id created_at public_id client_id delivery_id ext_id kind name starts_at ends_at known_at posts"
    " entry_kinds donation promotion currency",
)
held(
    "ingestion_vendor",
    none="id tenant_id created_at public_id client_id delivery_id ext_id name promise units price currency starts_at"
    " ends_at known_at",
)
held(
    "ingestion_automation",
    none="id tenant_id created_at public_id client_id channel_id what disclosed disclosed_where starts_at ends_at",
    kept={"accountable": "of somebody who works for the agency or its client, and no contact"},
)
held(
    "ingestion_post",
    none="id tenant_id created_at delivery_id source_id channel_id ext_id published_at known_at permalink paid"
    " automated campaign promotion price link question prize bait entry",
)
held(
    "ingestion_postcount",
    none="id tenant_id created_at delivery_id ext_id post at known_at views reach likes comments shares saves",
)
held(
    "ingestion_erasure",
    none="id tenant_id created_at public_id client_id job_id contacts removed learnt_by finished_at lifted_at",
    kept={"asked_by_id": OURS, "lifted_by_id": OURS},
)
held(
    "ingestion_tombstone",
    none="id tenant_id created_at client_id erasure_id",
    kept={"key": "a keyed hash, without which what comes later could not be dropped"},
)
