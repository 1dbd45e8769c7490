"""What somebody typed into a form that could not be taken, kept for a second try.

A session ends, or the page was open so long that its token is void, and then
somebody presses "send". The answer carries the fields in hidden inputs, so that
they are there again after signing in. Nothing of it is stored on the server.

From there the form is sent, or opened again with what was typed: then it is
posted with the mark ``REOPEN``, and a view that ``reopens`` draws it and takes
nothing.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

View = TypeVar("View", bound="Callable[..., Any]")

TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105
SECRET: Final = "password"  # noqa: S105
REOPEN: Final = "reopen-form"
NOT_KEPT: Final = frozenset({TOKEN, REOPEN})


def reopens(view: View) -> View:
    """A view that draws its form again when the fields come with ``REOPEN``."""
    view.reopens = True  # type: ignore[attr-defined]
    return view


def is_reopened(request: HttpRequest) -> bool:
    """Is the form only to be shown again with what was typed?"""
    return request.method == "POST" and REOPEN in request.POST


def fill_again(form: "forms.BaseForm") -> None:
    """Show what was typed and judge nothing yet: nobody has sent it so far."""
    form.errors.clear()


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where a form goes, what stood in it, and what could not be kept.

    Files and passwords are never carried; ``lost_files`` says that there were
    some, ``is_complete`` that the rest may be sent as it is.
    """

    address: str
    page: str
    fields: tuple[tuple[str, str], ...]
    lost_files: bool
    is_complete: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The form that this request wanted to send."""
        fields = tuple(
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in NOT_KEPT and SECRET not in name.lower()
        )
        return cls(
            address=request.get_full_path(),
            page=_page_before(request),
            fields=fields,
            lost_files=bool(request.FILES),
            is_complete=not any(SECRET in name.lower() for name in request.POST),
        )

    @property
    def can_be_reopened(self) -> bool:
        """Does the page of this form know how to show what was typed?"""
        try:
            match = resolve(parts_of(self.address).path)
        except Resolver404:
            return False
        return getattr(match.func, "reopens", False)

    def as_json(self) -> str:
        content = {
            "address": self.address,
            "page": self.page,
            "fields": self.fields,
            "lost_files": self.lost_files,
        }
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, request: HttpRequest) -> Self | None:
        """What :meth:`as_json` wrote; None for anything else."""
        try:
            content = json.loads(text)
            fields = tuple((str(name), str(value)) for name, value in content["fields"])
            address, page = str(content["address"]), str(content["page"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        if not is_local(address, request):
            return None
        return cls(
            address=address,
            page=page if is_local(page, request) else "",
            fields=fields,
            lost_files=bool(content.get("lost_files")),
            is_complete=True,
        )


def is_local(address: str, request: HttpRequest) -> bool:
    """A path of this site, to which a browser may be sent."""
    return address[:1] == "/" and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def parts_of(address: str) -> SplitResult:
    """The parts of an address that a header gives; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def comes_from_here(request: HttpRequest) -> bool:
    """Did a page of this very site send this? Without evidence the answer is no.

    What another site made a browser send must not be offered for a second try
    with a fresh token: that would undo the protection.
    """
    origin = request.headers.get("Origin")
    if origin and origin != "null":
        return parts_of(origin).netloc == request.get_host()
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from:
        return fetched_from == "same-origin"
    return parts_of(request.headers.get("Referer", "")).netloc == request.get_host()


def _page_before(request: HttpRequest) -> str:
    """The page the form stood on, if it was one of ours."""
    before = parts_of(request.headers.get("Referer", ""))
    if before.netloc != request.get_host():
        return ""
    return before.path + (f"?{before.query}" if before.query else "")
