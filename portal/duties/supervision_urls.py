"""``/direct-supervision/``: units outside the basic grid, copies to townships."""

from django.urls import path

from portal.duties import supervision_views as views

app_name = "supervision"

urlpatterns = [
    path("", views.units, name="list"),
    path("units/<uuid:pk>/place/", views.place, name="place"),
    path("units/<uuid:pk>/hand-back/", views.hand_back, name="hand_back"),
    path("copies/<uuid:pk>/", views.copy, name="copy"),
    path("copies/<uuid:pk>/acknowledge/", views.copy_acknowledge, name="acknowledge"),
]
