"""Home and the board."""

from django.urls import path

from portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("board/", views.show_board, name="board"),
    path("board/points.json", views.board_points, name="board-points"),
]
