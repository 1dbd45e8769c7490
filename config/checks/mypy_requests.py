"""A mypy plugin that tells what our middleware makes of every request.

Every address asks for a sign-in unless it says otherwise, so ``request.user`` is a
user and not nobody; and ``request.htmx`` is always there.
"""

from collections.abc import Callable

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
API_REQUEST = "rest_framework.request.Request"
USER = "accounts.models.people.User"


class RequestPlugin(Plugin):
    """``user`` of both kinds of requests, ``htmx`` of Django's."""

    def get_attribute_hook(
        self, fullname: str
    ) -> Callable[[AttributeContext], Type] | None:
        users = {f"{REQUEST}.user", f"{API_REQUEST}.user"}
        return self._user if fullname in users else None

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        return _add_htmx if fullname == REQUEST else None

    def _user(self, context: AttributeContext) -> Type:
        found = self.lookup_fully_qualified(USER)
        if found is None or not isinstance(found.node, TypeInfo):
            return context.default_attr_type
        return Instance(found.node, [])


def _add_htmx(context: ClassDefContext) -> None:
    add_attribute_to_class(
        context.api, context.cls, "htmx", AnyType(TypeOfAny.explicit)
    )


def plugin(_version: str) -> type[Plugin]:
    return RequestPlugin
