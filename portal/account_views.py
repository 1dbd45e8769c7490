"""The pages of an account: in, out, who am I, password, keys for machines."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)
from django.views.i18n import set_language as remember_language_here

from accounts import services
from accounts.forms import PasswordForm, SecondStepForm, SignInForm, TokenForm
from accounts.kept_forms import KeptForm, comes_from_here, is_local
from accounts.models import User
from accounts.pages import only_sent, send_again
from accounts.pages import sign_in_again as show_sign_in_again
from accounts.services import second_factor
from portal import account_reports, factors, sign_in
from portal.sign_in_steps import KEPT, who_waits
from tenants.errors import DomainError

LARGE_TEXT = "large_text"
A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Sign in and go on to where one wanted to go."""
    then = _then(request)
    if request.user.is_authenticated:
        return redirect(then)
    if request.method != "POST":
        return _show_sign_in(request, SignInForm(), then)
    form = SignInForm(request.POST)
    user = _signed_in(request, form)
    if form.errors:
        return _show_sign_in(request, form, then, status=_status(form))
    if user is None:
        query = urlencode({"next": then}, safe="/")
        return redirect(f"{reverse('accounts:second_step')}?{query}")
    return remember_device(redirect(then), user)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@only_sent(instead="accounts:sign_in")
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign in where a session had ended; what was typed then is still there."""
    kept = KeptForm.from_json(request.POST.get("kept", ""), request)
    if kept is None:
        return redirect("accounts:sign_in")
    form = SignInForm(request.POST)
    user = _signed_in(request, form)
    if form.errors:
        return show_sign_in_again(request, kept=kept, form=form, status=_status(form))
    if user is None:
        return show_second_step(request, SecondStepForm(), kept=kept)
    shown = send_again(request, kept=kept, was_signed_out=True)
    return remember_device(shown, user)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, after the password and before anything else."""
    then = _then(request)
    if request.user.is_authenticated:
        return redirect(then)
    if who_waits(request) is None:
        return redirect("accounts:sign_in")
    kept = KeptForm.from_json(request.POST.get("kept", ""), request)
    form = SecondStepForm(request.POST or None)
    user = None
    if form.is_valid():
        try:
            user = sign_in.second_step(request=request, code=form.cleaned_data["code"])
        except DomainError as refusal:
            _add(form, refusal)
    if user is None:
        status = _status(form) if form.is_bound else 200
        return show_second_step(request, form, then=then, kept=kept, status=status)
    shown = send_again(request, kept=kept, was_signed_out=True) if kept else None
    return remember_device(shown or redirect(then), user)


def show_second_step(
    request: HttpRequest,
    form: SecondStepForm,
    *,
    then: str = "",
    kept: KeptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "next": then, "kept": kept}
    response = render(request, "accounts/second_step.html", context, status=status)
    if kept is not None:
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "innerHTML"
    return response


@login_not_required
@never_cache
@only_sent(instead="accounts:me")
def sign_out(request: HttpRequest) -> HttpResponse:
    sign_in.sign_out(request=request)
    return redirect(settings.LOGIN_URL)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    rules = services.rules_for(request.user)
    form = PasswordForm(request.POST or None)
    form.explain(services.password_help(request.user, rules))
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.change_password(
                request=request,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password1"],
            )
        except DomainError as refusal:
            _add(form, refusal)
        else:
            messages.success(
                request, _("The password is changed. Other devices are signed out.")
            )
            return go_on(request)
    status = _status(form) if form.is_bound else 200
    context = {"form": form, "is_due": request.user.must_change_password}
    return render(request, "accounts/password_change.html", context, status=status)


def go_on(request: HttpRequest, then: str = "accounts:me") -> HttpResponse:
    """On from what was due: to a form that waited for it, else to a page."""
    if request.user.is_second_factor_due:
        return redirect("accounts:second_factor")
    kept = KeptForm.from_json(request.session.pop(KEPT, ""), request)
    return redirect(then) if kept is None else send_again(request, kept=kept)


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Who the platform takes somebody for, and what they may set themselves."""
    return _show_me(request)


@never_cache
@only_sent(instead="accounts:me")
def make_token(request: HttpRequest) -> HttpResponse:
    """The key is in the answer itself: it is stored nowhere, not for a redirect."""
    form = TokenForm(request.POST, asks_code=second_factor.is_on(request.user))
    if not form.is_valid():
        return _show_me(request, token_form=form, status=422)
    given = form.cleaned_data
    try:
        factors.check_it_is_them(
            request=request, password=given["password"], code=given.get("code")
        )
    except DomainError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _show_me(request, token_form=form, status=422)
    _token, key = sign_in.make_token(
        request=request,
        user=request.user,
        name=given["name"],
        expires_on=given["expires_on"],
    )
    return _show_me(request, new_key=key, status=201)


@only_sent(instead="accounts:me")
def revoke_token(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not sign_in.revoke_token(request=request, user=request.user, token_id=pk):
        raise Http404
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:me")


@only_sent(instead="accounts:me")
def end_sessions(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Sign out elsewhere; the session that asks goes on."""
    if not sign_in.end_sessions(request=request, session_id=pk) and pk is not None:
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("accounts:me")


@only_sent(instead="accounts:me")
def large_text(request: HttpRequest) -> HttpResponse:
    """Switch large text on or off, here and on the next new device."""
    is_large = request.POST.get(LARGE_TEXT) == "1"
    services.set_large_text(user=request.user, large_text=is_large)
    return _with_cookie(redirect("accounts:me"), LARGE_TEXT, "1" if is_large else "0")


@login_not_required
@only_sent(instead="portal:home")
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages, and of the letters to whoever is signed in."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        services.set_language(user=request.user, language=language)
    return remember_language_here(request)


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin has no door of its own: every sign-in is counted and logged."""
    then = request.GET.get("next", reverse("admin:index"))
    if request.user.is_authenticated:
        if request.user.is_staff and is_local(then, request):
            return redirect(then)
        raise PermissionDenied
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': then})}")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or another tab signed in: send it once more.

    Offered only to a form that stood on a page of ours. ``reason`` is for
    developers and goes to the log, where Django writes it.
    """
    if not comes_from_here(request):
        return render(request, "403_csrf.html", status=403)
    match = request.resolver_match
    if match is not None and match.view_name in {"accounts:sign_in", "set_language"}:
        return _sign_in_was_open_too_long(request)
    kept = KeptForm.of(request)
    if match is not None and match.view_name == "accounts:sign_in_again":
        kept = KeptForm.from_json(request.POST.get("kept", ""), request) or kept
    if not kept.is_complete:
        return render(request, "403_csrf.html", status=403)
    if request.user.is_authenticated:
        return send_again(request, kept=kept, status=403)
    return show_sign_in_again(request, kept=kept, form=SignInForm())


def _sign_in_was_open_too_long(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_then(request))
    form = SignInForm(initial={"username": request.POST.get("username", "")[:50]})
    messages.warning(
        request,
        _(
            "This page was open too long, or the browser keeps no cookies."
            " Please sign in once more."
        ),
    )
    return _show_sign_in(request, form, _then(request), status=403)


def _then(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this site or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_local(wanted, request) else settings.LOGIN_REDIRECT_URL


def _signed_in(request: HttpRequest, form: Any) -> User | None:
    """The user whom this form signs in; otherwise the form says why not."""
    if not form.is_valid():
        return None
    try:
        return sign_in.sign_in(request=request, **form.cleaned_data)
    except DomainError as refusal:
        _add(form, refusal)
        return None


def _add(form: Any, refusal: DomainError) -> None:
    form.refusal = refusal
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal))


def _status(form: Any) -> int:
    """422 for whatever can be corrected, 429 for somebody who has to wait."""
    refusal = getattr(form, "refusal", None)
    return 429 if refusal is not None and refusal.status == 429 else 422


def _show_sign_in(
    request: HttpRequest, form: Any, then: str, *, status: int = 200
) -> HttpResponse:
    shown_next = "" if then == settings.LOGIN_REDIRECT_URL else then
    return render(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": shown_next},
        status=status,
    )


def _show_me(
    request: HttpRequest,
    *,
    token_form: TokenForm | None = None,
    new_key: str = "",
    status: int = 200,
) -> HttpResponse:
    has_factor = second_factor.is_on(request.user)
    context = {
        "roles": account_reports.roles_of(request.user),
        "mine": account_reports.posts_of(request.user),
        "tokens": account_reports.tokens_of(request.user),
        "sessions": account_reports.sessions_of(request),
        "has_second_factor": has_factor,
        "token_form": token_form or TokenForm(asks_code=has_factor),
        "new_key": new_key,
    }
    return render(request, "accounts/me.html", context, status=status)


def remember_device(response: HttpResponse, user: User) -> HttpResponse:
    """A new device starts in the language and text size of its user."""
    if user.language:
        translation.activate(user.language)
        _with_cookie(response, settings.LANGUAGE_COOKIE_NAME, user.language)
    if user.large_text:
        _with_cookie(response, LARGE_TEXT, "1")
    return response


def _with_cookie(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
