"""What the pages of posts and leaves accept: shape and choices, no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.forms import RefusableForm
from grids.models import GridNode, Post, PostRule, RoleAssignment
from grids.people import PersonField, choosable_by
from grids.posts import POST_RULES, PostKind
from grids.services import NewPost

if TYPE_CHECKING:
    from accounts.models import User


def _day(**given: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given
    )


class AppointForm(RefusableForm):
    """Somebody for a post on this grid."""

    kind = forms.ChoiceField(label=_("Post"))
    user = PersonField()
    begins_on = _day(label=_("Begins on"))
    ends_on = _day(
        label=_("Ends on"),
        required=False,
        help_text=_("The first day without the post; empty if there is no term."),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        required=False,
        help_text=_("For example the document of the appointment."),
    )

    def __init__(self, *args: Any, node: GridNode, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = _kinds_on(node)
        field: Any = self.fields["kind"]
        field.choices = [(k.value, k.label) for k in PostKind if k in kinds]
        person: Any = self.fields["user"]
        people = choosable_by(user, on=timezone.localdate()).exclude(pk=user.pk)
        person.offer(people, chosen=self["user"].value())


def _kinds_on(node: GridNode) -> set[str]:
    """Which posts there may be; a bureau without rules has what it begins with."""
    rules = PostRule.objects.values_list("kind", "node_kind")
    known = list(rules) or [(seed.kind, seed.node_kind) for seed in POST_RULES]
    return {kind for kind, node_kind in known if node_kind == node.kind}


class AppointManyForm(RefusableForm):
    """People who hold the role of a post by hand: who of them is appointed."""

    kind = forms.ChoiceField(choices=PostKind.choices, widget=forms.HiddenInput)
    rows: Any = forms.ModelMultipleChoiceField(
        label=_("Whom"),
        queryset=RoleAssignment.objects.none(),
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("Tick whom to appoint."),
            "invalid_choice": _(
                "Somebody holds the post or no longer the role. Look at the list again."
            ),
        },
    )
    begins_on = _day(label=_("Begins on"))
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        required=False,
        help_text=_("For example the document of the appointment."),
    )

    def __init__(self, *args: Any, kind: PostKind, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = self.fields["rows"]
        rows.queryset = RoleAssignment.objects.lacking_post(
            kind, actor=user, on=timezone.localdate()
        ).for_appointing()

    def wanted(self) -> list[NewPost]:
        """The posts of the ticked rows; valid forms only."""
        given = self.cleaned_data
        return [
            NewPost(
                user_id=row.user_id,
                node_id=row.node_id,
                kind=given["kind"],
                begins_on=given["begins_on"],
                basis=given["basis"],
            )
            for row in given["rows"]
        ]


class EndForm(RefusableForm):
    """When a post ends, and why."""

    on = _day(
        label=_("Ends on"),
        help_text=_("The first day without the post. Today ends it at once."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PredecessorForm(RefusableForm):
    """Whose grids, to whom, and which of them."""

    user = PersonField(label=_("Hands over"))
    successor = PersonField(label=_("Takes over"))
    posts: Any = forms.ModelMultipleChoiceField(
        label=_("Which posts"),
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self, *args: Any, actor: User, is_sent: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._is_sent = is_sent
        people = choosable_by(actor, on=timezone.localdate())
        for name, offered in (
            ("user", people),
            ("successor", people.exclude(pk=actor.pk)),
        ):
            field: Any = self.fields[name]
            field.offer(offered, chosen=self[name].value())
        # Only the posts on grids where the actor may appoint can be handed over.
        within = GridNode.objects.granted(actor, "appoint_posts")
        held = Post.objects.not_over(on=timezone.localdate()).filter(
            node_id__in=within.order_by().values("pk")
        )
        chosen = self.fields["user"].widget.value_from_datadict(
            self.data, self.files, self.add_prefix("user")
        )
        posts: Any = self.fields["posts"]
        posts.queryset = _of(held, chosen).for_list()
        posts.label_from_instance = _post_label
        if self.is_bound and not is_sent and "posts" not in self.data:
            # The first look shows what goes along: all of it, until a tick is taken.
            given: Any = self.data
            self.data = given = given.copy()
            given.setlist("posts", [str(post.pk) for post in posts.queryset])

    def clean_posts(self) -> Any:
        chosen, posts = self.cleaned_data["posts"], self.fields["posts"]
        if self._is_sent and not chosen and posts.queryset.exists():  # type: ignore[attr-defined]
            raise forms.ValidationError(_("Tick the posts that are handed over."))
        return chosen

    def held(self) -> list[Post]:
        """The posts that go over."""
        return list(self.cleaned_data["posts"])


def _of(posts: Any, chosen: Any) -> Any:
    try:
        return posts.filter(user_id=forms.UUIDField().clean(chosen))
    except forms.ValidationError:
        return posts.none()


def _post_label(post: Post) -> str:
    return f"{post.node.name} · {post.get_kind_display()}"


class LeaveForm(RefusableForm):
    """Who is away, from when to when, and who stands in."""

    user = PersonField(label=_("Who is away"))
    substitute = PersonField(label=_("Substitute"))
    begins_on = _day(label=_("First day"))
    ends_on = _day(label=_("Last day"))
    node: Any = forms.ModelChoiceField(
        label=_("Only for the posts of"),
        queryset=GridNode.objects.none(),
        required=False,
        help_text=_("Empty: for all of them. So several people can share the grids."),
        widget=forms.Select(attrs={"data-picker": ""}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = choosable_by(actor, on=timezone.localdate())
        for name in ("user", "substitute"):
            field: Any = self.fields[name]
            field.offer(people, chosen=self[name].value())
        node: Any = self.fields["node"]
        seen = GridNode.objects.granted(actor, "view_grids").in_force()
        node.queryset = seen.exclude(kind="enterprise").in_order()
        node.empty_label = _("All")
