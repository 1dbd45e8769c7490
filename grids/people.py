"""Which people somebody may choose: of the own bureau, no further than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grids import access
from grids.models import Post
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from datetime import date

# Up to here the whole list is sent, which also works without a connection.
LISTED: Final = 120
NAMED: Final = 5


def choosable_by(user: User, *, on: date) -> Any:
    """Everybody of the bureau for whoever appoints; for others their neighbours.

    Neighbours hold a post in one of the townships where the user holds one.
    """
    people = User.objects.filter(tenant_id=require_tenant(), is_active=True)
    if access.can_anywhere(user, "appoint_posts"):
        return people
    mine = Post.objects.in_force(on=on).filter(user=user)
    near = Post.objects.in_force(on=on).filter(
        node__township_id__in=mine.values("node__township_id")
    )
    return people.filter(Q(pk__in=near.values("user_id")) | Q(pk=user.pk))


def search(people: Any, words: str) -> Any:
    """People with these words in their name, by name."""
    words = words.replace("\0", "").strip()[:50]
    found = people.filter(full_name__icontains=words) if words else people
    return found.order_by("full_name", "pk")


def with_posts(people: Any, *, on: date) -> Any:
    """With how many posts each holds on this day."""
    lasting = Q(posts__begins_on__lte=on) & (
        Q(posts__ends_on__isnull=True) | Q(posts__ends_on__gt=on)
    )
    return people.annotate(held=Count("posts", filter=lasting))


class PersonSelect(forms.Select):
    """A select that searches on the server; without script a name is typed."""

    template_name = "grids/widgets/person.html"
    is_remote = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name) or data.get(f"{name}_name", "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        known = {str(option) for option, _label in self.choices}
        context["typed"] = "" if str(value or "") in known else value
        context["is_remote"] = self.is_remote
        return context


class PersonField(forms.ModelChoiceField):
    """One of the people offered: chosen from a list, or named in words."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", gettext_lazy("Person"))
        given.setdefault("widget", PersonSelect(attrs={"data-picker": True}))
        super().__init__(queryset=User.objects.none(), **given)

    def offer(self, people: Any, *, chosen: Any = None) -> None:
        """Offer these; one query. ``chosen`` is listed even where all are too many."""
        self.queryset = people
        columns = people.order_by("full_name", "pk").only("full_name", "title")
        found = list(columns[: LISTED + 1])
        self.widget.is_remote = len(found) > LISTED
        if self.widget.is_remote:
            self.widget.attrs["data-picker-url"] = str(reverse_lazy("posts:people"))
            found = list(columns.filter(pk=chosen)) if chosen else []
        self.choices = [("", gettext_lazy("Choose")), *map(_option, found)]

    def to_python(self, value: Any) -> User | None:
        if value in self.empty_values:
            return None
        try:
            key = UUID(str(value))
        except ValueError:
            return self._named(str(value))
        offered: Any = self.queryset
        found: User | None = offered.filter(pk=key).first()
        if found is None:
            raise ValidationError(_("This user does not exist or is disabled."))
        if getattr(self.widget, "is_remote", False):
            listed: Any = self.choices
            self.choices = [*listed, _option(found)]
        return found

    def _named(self, text: str) -> User:
        """The one person that these words mean, or who could be meant."""
        found = list(search(self.queryset, text)[: NAMED + 1])
        exact = [each for each in found if each.full_name == text.strip()]
        if len(found) == 1 or len(exact) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(_("Nobody of this name is found."))
        names = "、".join(str(each) for each in found[:NAMED])
        raise ValidationError(
            _("Several people are meant: %(names)s. Type more of the name.")
            % {"names": names}
        )


def _option(person: User) -> tuple[UUID, str]:
    return person.pk, f"{person} · {person.title}" if person.title else str(person)
