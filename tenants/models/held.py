"""What every column holds of people, and what becomes of it when one of them is erased.

Each app declares its own tables in its `models.held`. Erasure and export walk what is declared, in its order, and a
test fails for a column that is not: so a new one cannot be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Class(StrEnum):
    """What a column may say of somebody. Special: what people wrote, which may be of what the law sets apart."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"


class Action(StrEnum):
    """What erasure does: with the row; with this column, while the row stays; with the row, if it names them."""

    NOTHING = "nothing"
    ROW = "goes with its row"
    BLANK = "is emptied"
    SEARCHED = "goes with its row where it names them"
    KEPT = "stays"


@dataclass(frozen=True)
class Table:
    """One table. columns: name → class and action; why: of what stays, the reason.

    whose: SQL that is true for a person's rows, as `t`; emptied: likewise, for rows in which columns of theirs are
    emptied, and emptying what is put there. %(contacts)s are the row numbers of the person's contacts.
    """

    name: str
    columns: Mapping[str, tuple[Class, Action]]
    whose: str = ""
    emptied: str = ""
    emptying: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def app(self) -> str:
        return self.name.partition("_")[0]

    def having(self, action: Action) -> list[str]:
        """Return the columns with which erasure does this."""
        return [name for name, (_, done) in self.columns.items() if done == action]


# Table → what it holds, in the order in which erasure walks them.
HELD: dict[str, Table] = {}


def held(
    name: str,
    *,
    none: str = "",
    row: str = "",
    searched: str = "",
    kept: Mapping[str, str] | None = None,
    special: str = "",
    whose: str = "",
    emptying: tuple[str, Mapping[str, str]] = ("", {}),
) -> None:
    """Declare a table. none: columns that say nothing of people; row, searched, emptying (in which rows, and what is
    put there), kept (and why): what erasure does with the others; special: those of them that are. Names are parted by
    blanks.
    """
    emptied, put = emptying
    actions = {
        Action.NOTHING: none.split(),
        Action.ROW: row.split(),
        Action.SEARCHED: searched.split(),
        Action.BLANK: list(put),
        Action.KEPT: list(kept or ()),
    }
    columns: dict[str, tuple[Class, Action]] = {}
    for action, names in actions.items():
        for column in names:
            assert column not in columns, f"{name}.{column} is declared twice"
            is_special = Class.SPECIAL if column in special.split() else Class.PERSONAL
            columns[column] = (Class.NONE if action == Action.NOTHING else is_special, action)
    HELD[name] = Table(name, columns, whose, emptied, put, kept or {})


def in_words(table: Table) -> str:
    """Return what the data dictionary says of a table, in a line."""
    by_action = {action: table.having(action) for action in (Action.ROW, Action.SEARCHED, Action.BLANK)}
    by_reason = {why: [it for it, of_it in table.why.items() if of_it == why] for why in table.why.values()}
    parts = [f"{_listed(table, names)}: {action}" for action, names in by_action.items() if names]
    parts += [f"{_listed(table, names)}: stays, {why}" for why, names in by_reason.items()]
    return f"*Personal:* {'. '.join(parts)}." if parts else "*Personal:* nothing."


def _listed(table: Table, names: list[str]) -> str:
    return ", ".join(f"`{it}`{' (special)' if table.columns[it][0] == Class.SPECIAL else ''}" for it in names)


OURS = "of somebody who works for the agency, and no contact"
OF_THE_INSTALLATION = "of sign-ins; by address and user, and no contact"

held(
    "tenants_answer",
    none="id tenant_id created_at route digest status",
    searched="key body",
)
# The log's entries on the pages of a contact and of its score.
ON_THEIR_PAGES = """t.object_id = ANY(%(contacts)s::text[]) AND t.content_type_id IN (
    SELECT id FROM django_content_type WHERE (app_label, model) IN (('ingestion', 'contact'), ('scoring', 'score')))"""
held(
    "django_admin_log",
    none="id action_time content_type_id object_id action_flag",
    emptying=(ON_THEIR_PAGES, {"object_repr": "''", "change_message": "''"}),
    kept={"user_id": OURS},
)
held(
    "tenants_apikey",
    none="id tenant_id created_at public_id name prefix digest scopes expires_at revoked_at last_used_at",
    kept={"created_by_id": OURS},
)
held("tenants_client", none="id tenant_id created_at public_id name audience_languages audience_regions "
     "audience_interests")  # fmt: skip
held(
    "tenants_channel",
    none="id tenant_id created_at public_id client_id platform role",
    kept={"handle": "a brand's own, or a creator's whom the agency vets, until it deletes the channel"},
)
held(
    "tenants_job",
    none="id tenant_id created_at public_id kind args dedupe_key state attempt run_after lease_until rung_at claimed_at"
    " finished_at progress error_code error parent_id",
)
held("tenants_member", none="id tenant_id created_at role joined_at", kept={"user_id": OURS})
held("tenants_schedule", none="id tenant_id created_at public_id kind args hour minute weekdays enabled next_at")
held("tenants_slot", none="id tenant_id created_at schedule_id due_at job_id coalesced")
held("tenants_tenant", none="id public_id name zone locale created_at")
held(
    "tenants_user",
    none="id is_active created_at",
    kept=dict.fromkeys(("password", "last_login", "email", "name"), OURS),
)
held("auth_permission", none="id name content_type_id codename")
held("auth_group", none="id name")
held("django_content_type", none="id app_label model")
held("django_session", none="session_key expire_date", kept={"session_data": OURS})
held(
    "axes_accessfailurelog",
    none="id http_accept path_info attempt_time locked_out",
    kept=dict.fromkeys(("user_agent", "ip_address", "username"), OF_THE_INSTALLATION),
)
held(
    "axes_accessattempt",
    none="id http_accept path_info attempt_time failures_since_start",
    kept=dict.fromkeys(("user_agent", "ip_address", "username", "get_data", "post_data"), OF_THE_INSTALLATION),
)
held("axes_accessattemptexpiration", none="access_attempt_id expires_at")
held(
    "axes_accesslog",
    none="id http_accept path_info attempt_time logout_time session_hash",
    kept=dict.fromkeys(("user_agent", "ip_address", "username"), OF_THE_INSTALLATION),
)
