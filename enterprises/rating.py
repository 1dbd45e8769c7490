"""The thresholds and reasons of the A to D rating every new tenant begins with.

That a level moves one step a year at most is taken from a published
prefecture-level scheme; the numbers and the list of reasons are proposals that a
county confirms or replaces by an edition of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

EDITION: Final = "2026"
_BASIS: Final = "逐级升降、滚动管理见泉州企业分级；分数线为拟定，由县级安委办确认"
_DIRECT: Final = "直接降为D级的情形为拟定，由县级安委办确认"


@dataclass(frozen=True, slots=True)
class Threshold:
    level: str
    lowest: Decimal
    basis: str = _BASIS


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    name: str
    basis: str = _DIRECT


THRESHOLDS: Final = (
    Threshold("A", Decimal(90)),
    Threshold("B", Decimal(80)),
    Threshold("C", Decimal(60)),
    Threshold("D", Decimal(0)),
)
DIRECT_REASONS: Final = (
    Reason("fatal-accident", "发生负有责任的死亡事故"),
    Reason("refusing-orders", "拒不执行监管监察指令"),
    Reason("major-overdue", "重大事故隐患逾期未整改"),
    Reason("fraud", "弄虚作假"),
)
