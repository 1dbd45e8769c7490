"""Enter divisions from a list: paste it, see row by row what it does, confirm."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.kept_forms import fill_again, is_reopened, reopens
from evidence import sheets
from evidence.sheets.checking import check_name
from grids import services
from grids.division_lists import ROWS_AT_MOST, as_text, example_of
from grids.division_plan import division_code, plan_divisions
from grids.forms import DivisionsForm
from tenants.errors import Conflict, DomainError, NotAllowed
from tenants.tenancy import active_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from grids.division_plan import Plan, Row

SIZE_AT_MOST: Final = 5 * 1024 * 1024
# Of each pile; what is bad is corrected in the sheet and looked at again.
ROWS_SHOWN: Final = 500


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def grid_import(request: HttpRequest) -> HttpResponse:
    """The list goes with the form to and fro: nothing of it is stored before."""
    if active_tenant() is None:
        raise Http404
    services.require_divisions(request.user)
    form = DivisionsForm(request.POST or None, request.FILES or None)
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        return _look_or_do(request, form)
    nothing = request.method == "POST" and not form.is_bound
    return _show(request, form, status=422 if form.errors or nothing else 200)


def _look_or_do(request: HttpRequest, form: DivisionsForm) -> HttpResponse:
    """The preview; what it has shown is done when its fingerprint comes back."""
    try:
        text = _text(form)
        if request.POST.get("seen"):
            return _do(request, text, renames=form.cleaned_data["renames"])
        plan = _plan(form, text)
    except NotAllowed:
        raise
    except Conflict as refusal:
        plan = _plan(form, text)
        filled_in = _filled_in(form, text)
        return _show(request, filled_in, plan, refused=str(refusal), status=409)
    except DomainError as refusal:
        form.refuse(refusal)
        return _show(request, form, status=422)
    return _show(request, _filled_in(form, text), plan)


def _show(
    request: HttpRequest,
    form: DivisionsForm,
    plan: Plan | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "at_most": ROWS_AT_MOST,
        "refused": refused,
        "example": example_of(division_code()),
        **_shown(plan),
    }
    return render(request, "grids/import.html", context, status=status)


def _text(form: DivisionsForm) -> str:
    file = form.cleaned_data["file"]
    return _lines_of(file) if file else form.cleaned_data["lines"]


def _lines_of(file: Any) -> str:
    """The first sheet as lines; raises ``SheetRefused``."""
    check_name(file.name)
    if file.size > SIZE_AT_MOST:
        raise sheets.SheetRefused(
            _("The file is larger than %(megabytes)d MB. Divide it.")
            % {"megabytes": SIZE_AT_MOST // 1024**2}
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with path.open("wb") as copy:
            for piece in file.chunks():
                copy.write(piece)
        sheet = sheets.read(path)
    if len(sheet.rows) > 2 * ROWS_AT_MOST:
        raise sheets.SheetRefused(
            _("More than %(count)s rows. Divide the list.") % {"count": ROWS_AT_MOST}
        )
    return as_text(sheet.rows, first=sheet.first)


def _plan(form: DivisionsForm, text: str) -> Plan:
    return plan_divisions(text=text, renames=form.cleaned_data["renames"])


def _filled_in(form: DivisionsForm, text: str) -> DivisionsForm:
    """What was read stands among the lines, to be corrected or confirmed there."""
    return DivisionsForm(
        initial={"lines": text, "renames": form.cleaned_data["renames"]}
    )


def _do(request: HttpRequest, text: str, *, renames: bool) -> HttpResponse:
    plan = services.import_divisions(
        actor=request.user, text=text, renames=renames, seen=request.POST["seen"]
    )
    new = len(plan.new)
    done = ngettext("%(n)s grid is set up.", "%(n)s grids are set up.", new) % {
        "n": new
    }
    if renames and plan.renamed:
        done += " " + ngettext(
            "%(n)s grid is renamed.", "%(n)s grids are renamed.", len(plan.renamed)
        ) % {"n": len(plan.renamed)}
    messages.success(request, done)
    return redirect("grids:list")


def _shown(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"plan": None}
    piles: list[tuple[str, str, list[Row]]] = [
        ("bad", _("To correct"), plan.bad),
        ("new", _("New"), plan.new),
        ("renamed", _("Called otherwise"), plan.renamed),
        ("same", _("There already"), plan.of("same")),
    ]
    return {
        "plan": plan,
        "piles": [
            (name, label, len(rows), rows[:ROWS_SHOWN])
            for name, label, rows in piles
            if rows
        ],
        "rows_shown": ROWS_SHOWN,
    }
