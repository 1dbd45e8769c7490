"""Addresses of the inbox."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("read-all/", views.read_all, name="read-all"),
    path("<uuid:pk>/open/", views.open_notice, name="open"),
]
