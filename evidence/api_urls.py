"""Addresses below ``/api/v1/``."""

from django.urls import path

from evidence import api

urlpatterns = [
    path("evidence/", api.PhotoUploadView.as_view(), name="evidence-upload"),
    path("evidence/which/", api.WhichView.as_view(), name="evidence-which"),
]
