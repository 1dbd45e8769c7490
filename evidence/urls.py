"""Addresses below ``/evidence/``."""

from django.urls import path

from evidence import views

app_name = "evidence"
urlpatterns = [path("<uuid:pk>/<slug:variant>/", views.photo, name="photo")]
