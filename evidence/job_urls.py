"""Addresses below ``/jobs/``."""

from django.urls import path

from evidence.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.job_list, name="list"),
    path("<uuid:pk>/", jobs.job_detail, name="detail"),
    path("<uuid:pk>/cancel/", jobs.job_cancel, name="cancel"),
    path("<uuid:pk>/file/", jobs.job_product, name="product"),
]
