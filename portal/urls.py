"""Home and the board."""

from django.urls import path

from portal import showing_views, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("board/", views.show_board, name="board"),
    path("board/points.json", views.board_points, name="board-points"),
    path(
        "personal-data/<slug:kind>/<uuid:pk>/<slug:field>/",
        showing_views.show,
        name="show-personal",
    ),
    path("watermark.svg", showing_views.watermark, name="watermark"),
]
