"""Addresses of the account pages. Their views need the journal, so they live here."""

from django.urls import path

from portal import account_views as views
from portal import second_factor_views as factor_views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign_in"),
    path("sign-in-again/", views.sign_in_again, name="sign_in_again"),
    path("second-step/", views.second_step, name="second_step"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password_change, name="password_change"),
    path("me/", views.me, name="me"),
    path("me/large-text/", views.large_text, name="large_text"),
    path("me/sessions/end/", views.end_sessions, name="sessions_end"),
    path("me/sessions/<uuid:pk>/end/", views.end_sessions, name="session_end"),
    path("me/second-factor/", factor_views.show, name="second_factor"),
    path("me/second-factor/begin/", factor_views.begin, name="second_factor_begin"),
    path(
        "me/second-factor/confirm/",
        factor_views.confirm,
        name="second_factor_confirm",
    ),
    path("me/second-factor/codes/", factor_views.codes, name="second_factor_codes"),
    path("me/second-factor/on/", factor_views.on, name="second_factor_on"),
    path("me/second-factor/remove/", factor_views.remove, name="second_factor_remove"),
    path("me/tokens/", views.make_token, name="token_make"),
    path("me/tokens/<uuid:pk>/revoke/", views.revoke_token, name="token_revoke"),
]
