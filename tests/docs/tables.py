"""The tables of docs/workflow.md, made from the code they describe.

``python -m tests.docs.tables`` writes them anew; ``test_docs.py`` compares.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOW = ROOT / "docs" / "workflow.md"
_BLOCK = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- /(?P=name) -->)", re.DOTALL)


def blocks() -> dict[str, Callable[[], str]]:
    """What stands between ``<!-- name -->`` and ``<!-- /name -->``."""
    return {
        "diagram": diagram,
        "states": states,
        "steps": steps,
        "roles": roles,
        "ladder": ladder,
    }


def written_anew(text: str) -> str:
    made = blocks()
    return _BLOCK.sub(
        lambda found: f"{found[1]}{made[found['name']]()}\n{found[3]}", text
    )


def diagram() -> str:
    from hazards.workflow import HAZARD_WORKFLOW  # noqa: PLC0415

    return f"```mermaid\n{HAZARD_WORKFLOW.as_mermaid()}\n```"


def states() -> str:
    from hazards.workflow import (  # noqa: PLC0415
        HAZARD_WORKFLOW,
        ON_THE_CLOCK,
        HazardState,
    )

    return _table(
        (
            "状态 / State",
            "代码 / Code",
            "计时 / Clock runs",
            "下一步 / Steps from here",
        ),
        (
            (
                both(state.label),
                f"`{state.value}`",
                "✓" if state in ON_THE_CLOCK else "",
                ", ".join(f"`{t.name}`" for t in HAZARD_WORKFLOW.leaving(state)),
            )
            for state in HazardState
        ),
    )


def steps() -> str:
    from grids.roles import ROLES  # noqa: PLC0415
    from hazards.workflow import HAZARD_WORKFLOW  # noqa: PLC0415

    return _table(
        (
            "步骤 / Step",
            "代码 / Code",
            "权限 / Permission",
            "角色 / Roles",
            "规则 / Rules",
        ),
        (
            (
                both(move.label),
                f"`{move.name}`",
                f"`{move.permission}`",
                "、".join(r.name for r in ROLES if move.permission in r.permissions),
                ", ".join(f"`{rule.__name__}`" for rule in move.rules),
            )
            for move in HAZARD_WORKFLOW.transitions
        ),
    )


def roles() -> str:
    from grids.models import GridNode  # noqa: PLC0415
    from grids.roles import ROLES  # noqa: PLC0415

    return _table(
        ("权限 / Permission", *(f"{r.name}<br>`{r.code}`" for r in ROLES)),
        (
            (
                f"{both(label)}<br>`{code}`",
                *("✓" if code in r.permissions else "" for r in ROLES),
            )
            for code, label in GridNode._meta.permissions
        ),
    )


def ladder() -> str:
    from grids.posts import PostKind  # noqa: PLC0415
    from grids.roles import ROLES  # noqa: PLC0415
    from hazards.kinds import RUNGS  # noqa: PLC0415

    posts = {
        PostKind.RESPONSIBLE: "本网格安全监管责任人",
        PostKind.LIAISON: "本网格联系领导",
        PostKind.WORKER: "本网格员",
    }
    named = {role.code: role.name for role in ROLES}
    return _table(
        ("台阶 / Rung", "日 / Days", "块 / Area line", "条 / Department line"),
        (
            (
                f"{rung.name}<br>`{rung.code}`",
                f"{rung.offset_days:+d}",
                "、".join(
                    [
                        *(named[code] for code in rung.area_roles),
                        *(posts[kind] for kind in rung.area_posts),
                    ]
                ),
                "、".join(
                    [
                        *(named[code] for code in rung.department_roles),
                        *(posts[kind] for kind in rung.department_posts),
                    ]
                ),
            )
            for rung in RUNGS
        ),
    )


def both(label: Any) -> str:
    """A label in Chinese and in English."""
    from django.utils.translation import override  # noqa: PLC0415

    with override("zh-hans"):
        chinese = str(label)
    with override("en"):
        return f"{chinese} / {label}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    WORKFLOW.write_text(written_anew(WORKFLOW.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
