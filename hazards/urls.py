"""``/hazards/``: report, list, case and photos."""

from django.urls import path

from hazards import views

app_name = "hazards"

urlpatterns = [
    path("", views.hazard_list, name="list"),
    path("report/", views.hazard_report, name="report"),
    path("enterprise-choices/", views.enterprise_choices, name="enterprise_choices"),
    path("of-enterprise/<uuid:pk>/", views.hazards_of_enterprise, name="of_enterprise"),
    path("<uuid:pk>/", views.hazard_detail, name="detail"),
    path(
        "<uuid:pk>/photos/<uuid:photo_pk>/<slug:variant>/",
        views.hazard_photo,
        name="photo",
    ),
    path("<uuid:pk>/<slug:transition>/", views.hazard_advance, name="advance"),
]
