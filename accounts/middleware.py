"""Every page asks for a sign-in unless its view says ``login_not_required``."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.forms import SignInForm
from accounts.kept_forms import KeptForm, parts_of
from accounts.pages import sign_in_again
from tenants.middleware import SAFE_METHODS


class RequireSignIn(LoginRequiredMiddleware):
    """Fails closed: a forgotten decorator is a sign-in page, never a leak.

    A session may end while somebody writes. What they send then is not thrown
    away: they sign in on a page that keeps it.
    """

    def handle_no_permission(  # type: ignore[override]  # not only redirects
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        if _wants_json(request):
            refusal = _("You are not signed in any more.")
            body = {"code": "not_authenticated", "detail": refusal}
            return JsonResponse(body, status=401)
        if request.method not in SAFE_METHODS:
            return _keep(request)
        if request.htmx:
            return HttpResponseClientRedirect(_address_of_sign_in(_shown_page(request)))
        return HttpResponseRedirect(_address_of_sign_in(request.get_full_path()))


def _keep(request: HttpRequest) -> HttpResponse:
    form = KeptForm.of(request)
    if not form.is_complete:
        return HttpResponseRedirect(_address_of_sign_in(form.page or form.address))
    return sign_in_again(request, kept=form, form=SignInForm())


def _address_of_sign_in(then: str) -> str:
    query = urlencode({"next": then}, safe="/")
    return f"{reverse('accounts:sign_in')}?{query}"


def _shown_page(request: HttpRequest) -> str:
    """The page in which htmx wanted to change a part."""
    shown = parts_of(request.htmx.current_url or "")
    if shown.netloc != request.get_host():
        return "/"
    return shown.path + (f"?{shown.query}" if shown.query else "")


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted
