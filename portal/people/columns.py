"""The columns of a list of people, and the names that real lists give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from evidence.sheets.reading import plain_header

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a list says; ``names`` are headers it is known by, the first is ours."""

    code: str
    label: Any
    names: tuple[str, ...]
    example: str
    width: int = 16
    note: Any = ""
    required: bool = True


FIELDS: Final = (
    Field(
        "username",
        _("User name"),
        ("用户名", "账号", "登录名", "登录账号", "账户", "user name", "username"),
        "wangjianguo",
    ),
    Field("full_name", _("Full name"), ("姓名", "名字", "full name", "name"), "王建国"),
    Field(
        "phone",
        _("Mobile phone"),
        ("手机号", "手机号码", "手机", "联系电话", "电话", "mobile phone", "mobile"),
        "13805581234",
    ),
    Field(
        "title",
        _("Position"),
        ("职务", "position"),
        "村网格员",
        required=False,
    ),
    Field(
        "role",
        _("Role"),
        ("角色", "平台角色", "role"),
        "村网格员",
        20,
        _("Empty where a post is given: the role comes with the post."),
        required=False,
    ),
    Field(
        "grid",
        _("Grid code"),
        ("网格编码", "网格编号", "网格代码", "grid code", "grid"),
        "341222001001",
        22,
    ),
    Field(
        "post",
        _("Post"),
        ("岗位", "岗位类型", "post"),
        "网格员",
        note=_("With it the person is appointed on this grid."),
        required=False,
    ),
    Field(
        "begins_on",
        _("Begins on"),
        ("任职日期", "任职时间", "上岗日期", "begins on"),
        "2026-01-01",
        note=_("Required with a post."),
        required=False,
    ),
)
LABELS: Final = {field.code: field.label for field in FIELDS}
_BY_HEADER: Final = {
    plain_header(name): field.code for field in FIELDS for name in field.names
}
KNOWN_HEADERS: Final = frozenset(_BY_HEADER)


def columns_of(headers: Sequence[str]) -> dict[str, int]:
    """Where each field stands; the first of two columns with one name counts."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        code = _BY_HEADER.get(plain_header(header)) if header else None
        if code is not None:
            found.setdefault(code, at)
    return found


def missing(columns: dict[str, int]) -> list[str]:
    return [
        str(field.label)
        for field in FIELDS
        if field.required and field.code not in columns
    ]
