"""Home and the board."""

from django.urls import path

from portal import printable_views, showing_views, views

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
    # Behind the code of a posting that hangs for years: never change it.
    path(
        "g/<int:tenant_id>/<uuid:pk>/",
        printable_views.public_grid,
        name="public-grid",
    ),
]
