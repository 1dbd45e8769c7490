"""Addresses below ``/evidence/``."""

from django.urls import path

from evidence.views import photos

app_name = "evidence"
urlpatterns = [path("<uuid:pk>/<slug:variant>/", photos.photo, name="photo")]
