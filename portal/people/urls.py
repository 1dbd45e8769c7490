"""Addresses below ``/people/``: lists of accounts, and the roles they ask for."""

from django.urls import path

from portal.people import role_views, views

app_name = "people"
urlpatterns = [
    path("", views.start, name="start"),
    path("template/", views.template, name="template"),
    path("<uuid:pk>/", views.show, name="list"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/slips/", views.slips, name="slips"),
    path("roles/", role_views.batches, name="batches"),
    path("roles/<uuid:batch>/", role_views.roles, name="roles"),
    path("roles/<uuid:batch>/decide/", role_views.decide, name="decide"),
]
