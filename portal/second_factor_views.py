"""Set up the second factor, renew its recovery codes, remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.forms import CodeForm, ConfirmItIsYouForm
from accounts.pages import only_sent
from accounts.services import second_factor
from portal import factors
from portal.account_views import go_on
from portal.pictures import qr_svg_uri
from tenants.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACK = "accounts:second_factor"


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@only_sent(instead=BACK)
def begin(request: HttpRequest) -> HttpResponse:
    """Make the secret; the page then shows it until its first code comes."""
    try:
        second_factor.begin(user=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(BACK)


@never_cache
@only_sent(instead=BACK)
def confirm(request: HttpRequest) -> HttpResponse:
    """The recovery codes are in the answer itself: they are stored nowhere."""
    form = CodeForm(request.POST)
    codes: list[str] = []
    if form.is_valid():
        try:
            codes = factors.confirm(request=request, code=form.cleaned_data["code"])
        except DomainError as refusal:
            form.add_error("code" if refusal.field else None, str(refusal))
    if not codes:
        return _page(request, form=form, status=422)
    return _page(request, codes=codes)


@never_cache
@only_sent(instead=BACK)
@sensitive_post_parameters("password", "code")
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones; those on the old sheet are void."""
    form, made = ConfirmItIsYouForm(request.POST), None
    if form.is_valid():
        made = _tried(form, lambda: factors.new_codes(request=request, **_said(form)))
    if not made:
        return _page(request, again=form, status=422)
    return _page(request, codes=made)


@never_cache
@only_sent(instead=BACK)
@sensitive_post_parameters("password", "code")
def remove(request: HttpRequest) -> HttpResponse:
    form, done = ConfirmItIsYouForm(request.POST), None
    if form.is_valid():
        done = _tried(form, lambda: factors.remove_own(request=request, **_said(form)))
    if not done:
        return _page(request, again=form, status=422)
    messages.success(request, _("The second factor is removed."))
    return redirect(BACK)


def _said(form: Any) -> dict[str, str]:
    return {
        "password": form.cleaned_data["password"],
        "code": form.cleaned_data["code"],
    }


def _tried(form: Any, service: Any) -> Any:
    try:
        return service()
    except DomainError as refusal:
        form.add_error(
            refusal.field if refusal.field in form.fields else None, str(refusal)
        )
        return None


def _page(
    request: HttpRequest,
    *,
    form: CodeForm | None = None,
    again: ConfirmItIsYouForm | None = None,
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    factor = second_factor.factor_of(request.user)
    context: dict[str, Any] = {
        "factor": factor,
        "is_due": request.user.is_second_factor_due,
        "form": form or CodeForm(),
        "again": again or ConfirmItIsYouForm(),
        "codes": codes,
        "codes_left": second_factor.codes_left(request.user),
    }
    if factor is not None and factor.confirmed_at is None:
        secret = second_factor.secret_of(factor)
        # In fours, as one reads it from a screen into a phone.
        context["secret_groups"] = [
            secret[at : at + 4] for at in range(0, len(secret), 4)
        ]
        context["picture"] = qr_svg_uri(second_factor.address_of(factor))
    return render(request, "accounts/second_factor.html", context, status=status)


@never_cache
@only_sent(instead=BACK)
def on(request: HttpRequest) -> HttpResponse:
    """The codes are kept: on to whatever waited for it, or to the work."""
    return go_on(request, "portal:home")
