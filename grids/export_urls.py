"""Addresses below ``/exports/``: one for each list that was declared."""

from django.urls import path

from grids import export_views, exports

app_name = "exports"
urlpatterns = [
    path(f"{code}/", export_views.start, {"code": code}, name=code)
    for code in exports.codes()
]
