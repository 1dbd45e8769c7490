"""Addresses under ``/api/v1/`` that belong to no single app below."""

from django.urls import path

from portal import account_api, showing_api

urlpatterns = [
    path("tokens/", account_api.TokensView.as_view(), name="tokens"),
    path(
        "tokens/current/",
        account_api.CurrentTokenView.as_view(),
        name="tokens-current",
    ),
    path(
        "personal-data/<slug:kind>/<uuid:pk>/<slug:field>/",
        showing_api.ShowPersonalDataView.as_view(),
        name="personal-data",
    ),
]
