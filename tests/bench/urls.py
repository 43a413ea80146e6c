"""The product's addresses, and the plain views beside them: below /v1/, where a key is asked for."""

from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as of_the_product
from tests.bench.plain import PlainDoor, bare_page

urlpatterns = [
    path("v1/bench/events", PlainDoor.as_view()),
    path("v1/bench/scores", bare_page),
    *of_the_product,
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
