from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IngestionConfig(AppConfig):
    name = "ingestion"
    verbose_name = "What came in"

    def ready(self) -> None:
        post_migrate.connect(see_to_partitions, sender=self)


def see_to_partitions(using: str, **_: Any) -> None:
    from ingestion.services import partitions  # noqa: PLC0415 (models are not loaded when this module is)

    partitions.make_ahead(using)
    partitions.drop_empty(using)
