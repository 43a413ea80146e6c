"""What this app's columns hold of people (see `tenants.models.held`). Features are made when they are needed, and not
kept; of findings and warnings the subject is a channel or client.
"""

from tenants.models.held import OURS, held

held(
    "scoring_score",
    none="id tenant_id created_at run_id client_id as_of",
    row="contact_id probability low high points lift band rank sort_key stage trend reasons discounts customer step"
    " step_since step_due_at step_values moment moment_at moment_values",
    whose="t.contact_id = ANY(%(contacts)s)",
)
held(
    "scoring_feedback",
    none="id tenant_id created_at key_id",
    row="contact_id not_a_lead why sentence by_id",
    whose="t.contact_id = ANY(%(contacts)s)",
)
held(
    "scoring_bandchange",
    none="id tenant_id created_at run_id at",
    row="contact_id was became lift",
    whose="t.contact_id = ANY(%(contacts)s)",
)
held("scoring_clientrun", none="id tenant_id created_at run_id client_id mean worths ranks currency spread")
held("scoring_artefact", none="id tenant_id created_at digest signature content")
held(
    "scoring_modelversion",
    none="id tenant_id created_at public_id state sentence missing as_of target horizon_days recipe provisional quality"
    " baseline data circumstances report outcomes artefact_id saw_erased_at held_at promoted_at retired_at",
)
held(
    "scoring_modelact",
    none="id tenant_id created_at version_id act key_id",
    kept={"by_id": OURS, "sentence": "why a model was changed, kept as a record; it speaks of a model"},
)
held(
    "scoring_hindsight", none="id tenant_id created_at version_id as_of days seen_at contacts positives report sentence"
)
held("scoring_aim", none="id tenant_id created_at kinds days")
held(
    "scoring_scorerun",
    none="id tenant_id created_at public_id state as_of expires_at model_id prior_version job_id clients clients_done"
    " contacts completed_at caught_up_at drift",
)
held(
    "scoring_finding",
    none="id tenant_id created_at client_id channel_id practice version check_code window place start end answer why n"
    " effect low high p q seen",
)
held(
    "scoring_ethicswarning",
    none="id tenant_id created_at public_id client_id channel_id practice version window place start end state"
    " families",
)
held(
    "scoring_review",
    none="id tenant_id created_at warning_id answer",
    kept={"by_id": OURS, "sentence": "an answer that is kept for good; it speaks of a window"},
)
