"""The floor: what Django itself costs on this server, driver and database.

No middleware, no walls, no tenant: three bare views over a table of plain rows.
Its own settings, so that nothing of the platform's is paid for here.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from django.conf import settings

from config.env import database_from_url

if not settings.configured:
    settings.configure(
        SECRET_KEY="the floor signs nothing",  # noqa: S106
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={
            "default": {
                **database_from_url(os.environ["DATABASE_URL"]),
                "CONN_MAX_AGE": 300,
            }
        },
    )

from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpResponse, JsonResponse
from django.urls import path

from tenants.ids import new_id

if TYPE_CHECKING:
    from django.http import HttpRequest

application = get_wsgi_application()


class Plain(models.Model):
    """The own columns of a hazard's row in a list."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.TextField()
    title = models.TextField()
    place = models.TextField()
    source = models.TextField()
    level = models.TextField()
    suspected_major = models.BooleanField(default=False)
    state = models.TextField()
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    reported_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    first_due_on = models.DateField(null=True)
    times_failed = models.SmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)
    tenant_id = models.BigIntegerField()
    township_id = models.UUIDField()
    area_node_id = models.UUIDField()
    department_node_id = models.UUIDField(null=True)
    enterprise_id = models.UUIDField(null=True)
    kind_id = models.UUIDField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Row(Plain):
    """What is read."""

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "floor_row"


class Inserted(Plain):
    """What is written."""

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "floor_insert"


def fifty(_request: HttpRequest, tenant: int, township: str, state: str) -> Any:
    """One indexed SELECT of 50 rows."""
    rows = Row.objects.filter(tenant_id=tenant, township_id=township, state=state)
    return JsonResponse(
        {"results": list(rows.order_by("-reported_at", "-id").values()[:50])}
    )


def one(_request: HttpRequest, pk: str) -> JsonResponse:
    """One SELECT of one row."""
    return JsonResponse(Row.objects.values().get(pk=pk))


def insert(request: HttpRequest) -> JsonResponse:
    """One INSERT, committed."""
    row = Inserted.objects.create(**json.loads(request.body))
    return JsonResponse({"id": row.pk}, status=201)


def alive(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("fifty/<int:tenant>/<uuid:township>/<str:state>/", fifty),
    path("one/<uuid:pk>/", one),
    path("insert/", insert),
    path("readyz", alive),
]
