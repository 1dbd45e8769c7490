"""What the cells of a ledger mean: kinds, trades, places, yes and no."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from enterprises.models import (
    EnterpriseState,
    IndustrySubcategory,
    Scale,
    UnitType,
)
from enterprises.services.registering import PERMISSION
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.services import nodes_with_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from accounts.models import User

PLACES: Final = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)
_NOTHING: Final = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "未知", "n/a", "na", "null"}
)
_OFFICE: Final = re.compile(r"(村民委员会|居民委员会|社区居委会|村委会|居委会|委员会)$")
_ROUNDED: Final = re.compile(r"^\d(\.\d+)?E\+\d+$")
_UNIT: Final = re.compile(r"(人|名|°|度)$")
_MORE_KINDS: Final = {
    "公司": UnitType.COMPANY,
    "企业": UnitType.COMPANY,
    "有限公司": UnitType.COMPANY,
    "有限责任公司": UnitType.COMPANY,
    "个体": UnitType.INDIVIDUAL,
    "个体户": UnitType.INDIVIDUAL,
    "个体工商户": UnitType.INDIVIDUAL,
    "合作社": UnitType.COOPERATIVE,
    "农民专业合作社": UnitType.COOPERATIVE,
    "事业单位": UnitType.PUBLIC,
    "机关": UnitType.PUBLIC,
    "机关事业单位": UnitType.PUBLIC,
    "社会团体": UnitType.SOCIAL,
    "社会组织": UnitType.SOCIAL,
    "三小场所": UnitType.THREE_SMALL,
    "九小场所": UnitType.THREE_SMALL,
    "无证": UnitType.UNLICENSED,
    "其他": UnitType.OTHER,
}
_MORE_STATES: Final = {
    "在营": EnterpriseState.OPERATING,
    "存续": EnterpriseState.OPERATING,
    "正常": EnterpriseState.OPERATING,
    "开业": EnterpriseState.OPERATING,
    "生产": EnterpriseState.OPERATING,
    "在产": EnterpriseState.OPERATING,
    "营业": EnterpriseState.OPERATING,
    "正常经营": EnterpriseState.OPERATING,
    "正常生产": EnterpriseState.OPERATING,
    "筹建": EnterpriseState.PREPARING,
    "在建": EnterpriseState.PREPARING,
    "停产": EnterpriseState.SUSPENDED,
    "停业": EnterpriseState.SUSPENDED,
    "停产停业": EnterpriseState.SUSPENDED,
    "歇业": EnterpriseState.SUSPENDED,
    "关闭": EnterpriseState.CLOSED,
    "注销": EnterpriseState.DEREGISTERED,
    "吊销": EnterpriseState.DEREGISTERED,
}
_MORE_SCALES: Final = {
    "大型": Scale.LARGE,
    "中型": Scale.MEDIUM,
    "小型": Scale.SMALL,
    "微型": Scale.MICRO,
    "大": Scale.LARGE,
    "中": Scale.MEDIUM,
    "小": Scale.SMALL,
    "微": Scale.MICRO,
    "小微": Scale.MICRO,
}
_BY_FIRST: Final = {"91": UnitType.COMPANY, "92": UnitType.INDIVIDUAL}
_BY_FIRST_1: Final = {"1": UnitType.PUBLIC, "5": UnitType.SOCIAL}


class Unclear(Exception):
    """Why a cell cannot be taken."""


def plain(text: str) -> str:
    """To compare: full-width made plain, small letters, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def given(text: str) -> str:
    """The text, or nothing where people write that there is nothing."""
    return "" if plain(text) in _NOTHING else text


def _labels(choices: Any, more: dict[str, Any]) -> dict[str, Any]:
    found = {plain(word): value for word, value in more.items()}
    for language in ("en", "zh-hans"):
        with override(language):
            found |= {plain(str(choice.label)): choice for choice in choices}
    return found | {plain(choice.value): choice for choice in choices}


@dataclass(frozen=True, slots=True)
class Place:
    """A grid in which units may be entered."""

    pk: UUID
    code: str
    name: str
    kind: str
    township_id: UUID


@dataclass(slots=True)
class Words:
    """Everything that a cell may name, looked up once for the whole file."""

    places: dict[str, Place] = field(default_factory=dict)
    by_name: dict[str, list[Place]] = field(default_factory=dict)
    townships: dict[UUID, str] = field(default_factory=dict)
    trades: dict[str, list[IndustrySubcategory]] = field(default_factory=dict)
    kinds: dict[str, Any] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    scales: dict[str, Any] = field(default_factory=dict)

    def one_of(self, words: dict[str, Any], text: str) -> str:
        found = words.get(plain(text))
        if found is None:
            raise Unclear(_("“%(text)s” is not one of the choices.") % {"text": text})
        return str(found.value)

    def trade(self, text: str) -> IndustrySubcategory:
        """By code, also one that lost its zeros; by name, also behind its category."""
        word = plain(text)
        if word.isdigit():
            word = word.zfill(4)
        found = self.trades.get(word) or self.trades.get(
            re.split(r"[/>＞—-]", word)[-1]
        )
        if not found:
            raise Unclear(
                _("There is no subcategory “%(text)s”. The template lists them.")
                % {"text": text}
            )
        if len(found) > 1:
            codes = "、".join(f"{trade.code} {trade.category.name}" for trade in found)
            raise Unclear(
                _("Several subcategories are called so: give the code (%(codes)s).")
                % {"codes": codes}
            )
        return found[0]

    def place(self, village: str, township: str) -> Place:
        """The grid. One outside one's own reads like one that does not exist."""
        if not village:
            return self._only(township, self._named(township, NodeKind.TOWNSHIP))
        if found := self.places.get(plain(village)):
            return found
        named = [p for p in self._named(village) if p.kind != NodeKind.TOWNSHIP]
        if township:
            inside = {p.pk for p in self._named(township, NodeKind.TOWNSHIP)}
            word = _short(township)
            named = [
                p
                for p in named
                if p.township_id in inside
                or _short(self.townships.get(p.township_id, "")) == word
            ]
        return self._only(village, named)

    def _named(self, text: str, kind: str = "") -> list[Place]:
        found = self.by_name.get(_short(text), [])
        if kind and (coded := self.places.get(plain(text))):
            found = [coded]
        return [place for place in found if not kind or place.kind == kind]

    def _only(self, text: str, found: list[Place]) -> Place:
        if not found:
            raise Unclear(
                _("No grid “%(text)s” among those you may enter units in.")
                % {"text": text}
            )
        if len(found) > 1:
            names = "、".join(
                f"{self.townships.get(p.township_id, '')}{p.name} {p.code}"
                for p in found[:4]
            )
            raise Unclear(
                _(
                    "Several grids are called so: add the township or the code (%(names)s)."
                )
                % {"names": names}
            )
        return found[0]


def _short(name: str) -> str:
    """A village is written with and without its committee."""
    word = plain(name)
    cut = _OFFICE.sub("", word)
    if cut != word and word.endswith(("村民委员会", "村委会")):
        cut += "村"
    elif cut != word and word.endswith("社区居委会"):
        cut += "社区"
    return cut or word


def look_up(actor: User | None, *, written: Collection[str] = ()) -> Words:
    """Grids in use within the person's reach, trades in use, words in both languages.

    ``written`` are the places of the file as its cells have them: a code that a
    grid had once, or that a merged one has, leads to the grid that answers today.
    """
    words = Words(
        kinds=_labels(UnitType, _MORE_KINDS),
        states=_labels(EnterpriseState, _MORE_STATES),
        scales=_labels(Scale, _MORE_SCALES),
    )
    _look_up_places(words, actor)
    _follow_old_codes(words, written)
    trades = IndustrySubcategory.objects.filter(is_active=True)
    found: dict[str, list[IndustrySubcategory]] = defaultdict(list)
    for trade in trades.select_related("category"):
        found[trade.code].append(trade)
        found[plain(trade.name)].append(trade)
    words.trades = dict(found)
    return words


def _look_up_places(words: Words, actor: User | None) -> None:
    nodes: Any = GridNode.objects
    if actor is not None:
        nodes = nodes.granted(actor, PERMISSION)
    columns = ("pk", "code", "name", "kind", "township_id")
    rows: Iterable[Any] = (
        nodes.in_force().filter(kind__in=PLACES).order_by().values_list(*columns)
    )
    by_name: dict[str, list[Place]] = defaultdict(list)
    for row in rows:
        place = Place(*row)
        words.places[plain(place.code)] = place
        by_name[_short(place.name)].append(place)
    words.by_name = dict(by_name)
    above = {place.township_id for place in words.places.values()}
    names = GridNode.objects.filter(pk__in=above).values_list("pk", "name")
    words.townships = dict(names)


def _follow_old_codes(words: Words, written: Collection[str]) -> None:
    """Old lists carry old codes; where they lead outside the reach, they say nothing."""
    unknown = {text for text in written if plain(text) not in words.places}
    reached = {place.pk: place for place in words.places.values()}
    for code, node in nodes_with_codes(unknown).items():
        if place := reached.get(node.pk):
            words.places[plain(code)] = place


def kind_of(uscc: str, name: str) -> str:
    """The kind that a code says, where the ledger does not."""
    for length, table in ((2, _BY_FIRST), (1, _BY_FIRST_1)):
        if found := table.get(uscc[:length]):
            return found
    if uscc.startswith(("93", "N")):
        return UnitType.COOPERATIVE
    if not uscc and not name.endswith("公司"):
        return UnitType.INDIVIDUAL
    return UnitType.COMPANY


def code_cell(text: str) -> str:
    """A code as it stands; one that the program rounded is no longer one."""
    if _ROUNDED.match(text):
        raise Unclear(
            _("Excel rounded this code: make the column text and enter it again.")
        )
    return text


def whole_number(text: str) -> int:
    word = _UNIT.sub("", plain(text))
    if not word.isdigit() or len(word) > 9:
        raise Unclear(_("A whole number is expected here."))
    return int(word)


def degrees(text: str) -> Decimal:
    try:
        return round(Decimal(_UNIT.sub("", plain(text))), 7)
    except (InvalidOperation, ValueError) as error:
        raise Unclear(
            _("Degrees as a number are expected, such as 115.6213.")
        ) from error


def yes_or_no(text: str) -> bool:
    word = plain(text)
    if word in {"是", "有", "y", "yes", "true", "1", "规上", "√", "规模以上"}:
        return True
    if word in {"否", "不是", "n", "no", "false", "0", "规下", "×", "规模以下"}:
        return False
    raise Unclear(_("“Yes” or “No” is expected here."))
