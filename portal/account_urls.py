"""Addresses of the account pages. Their views need the journal, so they live here."""

from django.urls import path

from portal import account_views as views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign_in"),
    path("sign-in-again/", views.sign_in_again, name="sign_in_again"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password_change, name="password_change"),
    path("me/", views.me, name="me"),
    path("me/large-text/", views.large_text, name="large_text"),
    path("me/tokens/", views.make_token, name="token_make"),
    path("me/tokens/<uuid:pk>/revoke/", views.revoke_token, name="token_revoke"),
]
