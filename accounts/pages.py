"""Answers that several views share: nothing typed is lost, nobody stands outside."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.kept_forms import REOPEN, KeptForm

REFUSED = 403


def sign_in_again(
    request: HttpRequest, *, kept: KeptForm, form: forms.Form, status: int = REFUSED
) -> HttpResponse:
    """Sign in on this page, and what was typed goes on from there."""
    response = render(
        request,
        "accounts/sign_in_again.html",
        {"kept": kept, "form": form},
        status=status,
    )
    return _whole_page(response)


def send_again(
    request: HttpRequest,
    *,
    kept: KeptForm,
    was_signed_out: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The kept fields once more, with a fresh token: to be sent, or opened again.

    A form that lost its photos is opened again where its page knows how.
    """
    context = {
        "kept": kept,
        "was_signed_out": was_signed_out,
        "reopen": REOPEN if kept.can_be_reopened else "",
    }
    response = render(request, "accounts/send_again.html", context, status=status)
    return _whole_page(response)


def only_sent(
    *, instead: str, by: tuple[str, ...] = ()
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view for POST; whoever only looks is led to the page ``instead``.

    One comes there by loading an answer anew, or from the browser's history.
    ``by`` names what that page's address shares with this one.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def answer(request: HttpRequest, **given: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **given)
            return redirect(instead, **{name: given[name] for name in by})

        return answer

    return decorate


def _whole_page(response: HttpResponse) -> HttpResponse:
    """Where htmx asked for a part, the answer is a page all the same."""
    response["HX-Retarget"] = "body"
    response["HX-Reswap"] = "innerHTML"
    response["Cache-Control"] = "no-store"
    return response
