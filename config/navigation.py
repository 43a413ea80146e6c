"""The admin's sidebar: what there is, grouped as an agency works. Whoever may not see a page is not shown the way."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

# Group → (title, icon, model)
SIDEBAR = {
    "Clients": [
        ("Clients", "storefront", "tenants.client"),
        ("Channels", "campaign", "tenants.channel"),
        ("Identity links", "link", "ingestion.identitylink"),
        ("Campaigns", "celebration", "ingestion.campaign"),
        ("Vendors", "handshake", "ingestion.vendor"),
        ("Automation register", "smart_toy", "ingestion.automation"),
    ],
    "People": [
        ("Contacts", "person_search", "ingestion.contact"),
        ("Logged by hand", "edit_note", "ingestion.loggedact"),
        ("Handles to leave out", "badge", "ingestion.insider"),
        ("Exports", "folder_zip", "ingestion.export"),
        ("Erasures", "person_remove", "ingestion.erasure"),
    ],
    "Who means it": [
        ("Next steps", "footprint", "scoring.nextstep"),
        ("Moments", "auto_awesome", "scoring.genuinemoment"),
        ("Scores", "leaderboard", "scoring.score"),
        ("Models", "model_training", "scoring.modelversion"),
        ("What is to be told", "target", "scoring.aim"),
    ],
    "What stands out": [
        ("Warnings", "flag", "scoring.ethicswarning"),
        ("Checks", "fact_check", "scoring.finding"),
        ("Before you hire", "contract_edit", "scoring.prospect"),
        ("Conduct", "diversity_3", "scoring.conduct"),
    ],
    "What came in": [
        ("Sources", "input", "ingestion.source"),
        ("Webhooks", "webhook", "ingestion.hook"),
        ("Accounts to ask", "notifications", "ingestion.poll"),
        ("Imports", "upload_file", "ingestion.fileimport"),
        ("Batches", "inventory_2", "ingestion.delivery"),
        ("Outcomes", "paid", "ingestion.outcome"),
        ("Rows set aside", "rule", "ingestion.rejection"),
        ("Removals", "auto_delete", "ingestion.removal"),
    ],
    "Agency": [
        ("Agency", "apartment", "tenants.tenant"),
        ("Members", "group", "tenants.member"),
        ("API keys", "key", "tenants.apikey"),
        ("Jobs", "schedule", "tenants.job"),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"title": group, "items": [_item(*entry) for entry in entries]} for group, entries in SIDEBAR.items()]


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{name}"),
    }
