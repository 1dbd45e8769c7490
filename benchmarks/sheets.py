"""``python -m benchmarks.sheets``: imports and exports at full size.

A county in an embedded database of the benchmark's own: 10,000 rows are looked at
and imported, looked at once more, 100,000 hazards are exported, and a list of 1,500
people is looked at and opened, with a one-time password each. Each step runs
in a process of its own, as a worker does, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

BASE_DIR: Final = Path(__file__).resolve().parent.parent
VAR: Final = BASE_DIR / "var" / "bench"
STEPS: Final = ("check", "apply", "again", "export", "people", "accounts")
PEOPLE: Final = 1500


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sheets")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--hazards", type=int, default=100_000)
    parser.add_argument("--step", choices=STEPS, help="for the children")
    chosen = parser.parse_args()
    if chosen.step:
        _child(chosen.step)
        return 0
    return _all(chosen.rows, chosen.hazards)


def _all(rows: int, hazards: int) -> int:
    from benchmarks.__main__ import prepare_environment  # noqa: PLC0415

    prepare_environment()
    from benchmarks import databases  # noqa: PLC0415  reads the settings
    from config.embedded import servers  # noqa: PLC0415

    with servers(VAR):
        name = databases.ready(VAR, hazards)
        env = {**databases.environment(VAR, name), "ANWANG_VAR": str(VAR)}
        _run(env, rows)
        found = {step: _step(step, env) for step in STEPS}
    return _tell(rows, hazards, found)


def _run(env: dict[str, str], rows: int) -> None:
    code = f"from benchmarks import sheets; sheets.prepare({rows})"
    subprocess.run([sys.executable, "-c", code], env=env, cwd=BASE_DIR, check=True)


def _step(step: str, env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sheets", "--step", step],
        env=env,
        cwd=BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _tell(rows: int, hazards: int, found: dict[str, dict[str, Any]]) -> int:
    for step, measured in found.items():
        print(f"{step:8} {json.dumps(measured, ensure_ascii=False)}")
    seconds = found["check"]["seconds"] + found["apply"]["seconds"]
    export = found["export"]
    print(f"{rows:,} rows looked at and imported: {seconds:.1f} s (at most 30)")
    print(f"{hazards:,} hazards exported: {export['seconds']:.1f} s (at most 60)")
    opened = found["people"]["seconds"] + found["accounts"]["seconds"]
    print(f"{PEOPLE:,} people looked at and opened: {opened:.1f} s")
    most = max(measured["peak_mb"] for measured in found.values())
    print(f"most memory of a worker: {most} MB (at most 300)")
    return int(seconds > 30 or export["seconds"] > 60 or most > 300)


# In the children ------------------------------------------------------------------


def prepare(rows: int) -> None:
    """The person, and the ledger: written once, for every step."""
    import django  # noqa: PLC0415

    django.setup()
    import xlsxwriter  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from accounts.services import create_user  # noqa: PLC0415
    from benchmarks.county import DIVISION_CODE  # noqa: PLC0415
    from enterprises.models import IndustrySubcategory  # noqa: PLC0415
    from grids.models import GridNode  # noqa: PLC0415
    from grids.services import assign_role  # noqa: PLC0415
    from tenants.models import Tenant  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.get(division_code=DIVISION_CODE)
    with tenant_scope(tenant.pk):
        if not User.objects.filter(username="bench-sheets").exists():
            user = create_user(
                tenant=tenant,
                username="bench-sheets",
                full_name="台账员",
                password="Quiet-river-88",  # noqa: S106  of a benchmark
            )
            root = GridNode.objects.get(parent__isnull=True)
            assign_role(
                actor=None, user_id=user.pk, role_code="bureau_staff", node_id=root.pk
            )
        villages = list(
            GridNode.objects.filter(kind="village").values_list("code", flat=True)
        )
        trades = list(IndustrySubcategory.objects.values_list("name", flat=True))
        if not User.objects.filter(username="bench-people").exists():
            keeper = create_user(
                tenant=tenant,
                username="bench-people",
                full_name="系统管理员",
                password="Quiet-river-88",  # noqa: S106  of a benchmark
            )
            root = GridNode.objects.get(parent__isnull=True)
            assign_role(
                actor=None, user_id=keeper.pk, role_code="tenant_admin", node_id=root.pk
            )
    _write_people(villages)
    book = xlsxwriter.Workbook(str(VAR / "ledger.xlsx"))
    sheet = book.add_worksheet()
    start = int(time.time()) % 10_000  # new units each time the benchmark runs
    sheet.write_row(0, 0, HEAD)
    for n in range(rows):
        sheet.write_row(n + 1, 0, _line(n, start, villages, trades))
    book.close()


def _write_people(villages: list[str]) -> None:
    """Other people each time the benchmark runs."""
    import xlsxwriter  # noqa: PLC0415

    book = xlsxwriter.Workbook(str(VAR / "people.xlsx"))
    sheet = book.add_worksheet()
    start = int(time.time()) % 10_000
    sheet.write_row(0, 0, ["用户名", "姓名", "手机号", "职务", "角色", "网格编码"])
    for n in range(PEOPLE):
        name, phone = f"bp{start}-{n}", f"137{start:04d}{n:04d}"
        place = villages[n % len(villages)]
        row = [name, f"王建国{n}", phone, "村网格员", "grid_worker", place]
        sheet.write_row(n + 1, 0, row)
    book.close()


HEAD: Final = [
    *("序号", "企业名称", "社会信用代码", "所属村（社区）", "行业类别", "法定代表人"),
    *("主要负责人", "联系电话", "安全管理员", "详细地址", "经度", "纬度", "从业人数"),
    *("规模", "经营状态"),
]


def _line(n: int, start: int, villages: list[str], trades: list[str]) -> list[Any]:
    from stdnum.cn.uscc import calc_check_digit  # noqa: PLC0415

    first = f"91990001{start:04d}{n:05d}"
    return [
        *(n + 1, f"测速企业{start}-{n}", first + calc_check_digit(first)),
        *(villages[n % len(villages)], trades[n % len(trades)], "张建国", "李卫东"),
        *(f"139{n:08d}", "王芳", f"工业路{n}号", 113.6 + n / 1e6, 34.7 + n / 1e6),
        *(n % 300 + 1, "小型", "在营"),
    ]


def _child(step: str) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from accounts.models import User  # noqa: PLC0415
    from evidence import running  # noqa: PLC0415
    from evidence.services import jobs  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    jobs.tasks.run_job.delay_on_commit = lambda **_: None  # no worker is there
    of_people = step in {"people", "accounts"}
    user = User.objects.get(username="bench-people" if of_people else "bench-sheets")
    tenant_id = user.tenant_id or 0
    with tenant_scope(tenant_id):
        job = _job(step, user)
    started = time.monotonic()
    running.run_job(tenant_id=tenant_id, job_id=job.pk)
    seconds = time.monotonic() - started
    with tenant_scope(tenant_id):
        job.refresh_from_db()
    result = {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "state": job.state,
        "error": job.error,
        "result": job.result.get("counts") or job.result.get("rows"),
    }
    print(json.dumps(result))


def _job(step: str, user: Any) -> Any:
    """The job of a step, as the pages start it."""
    from enterprises.services import importing  # noqa: PLC0415
    from evidence.models import Job  # noqa: PLC0415
    from evidence.services import Source, start_job  # noqa: PLC0415
    from grids.services import exporting  # noqa: PLC0415
    from portal.people import importing as people  # noqa: PLC0415

    if step == "export":
        parameters = {"list": "hazards", "query": "", "full": False, "reason": ""}
        return start_job(actor=user, kind=exporting.KIND, parameters=parameters)
    if step in {"apply", "accounts"}:
        module: Any = importing if step == "apply" else people
        shown = Job.objects.filter(kind=module.CHECK).newest_first().first()
        if shown is None:
            raise SystemExit("The list was not looked at.")
        more = {"accept_check_digits": False} if step == "apply" else {}
        return module.start_apply(actor=user, job=shown, **more)
    module, name = (
        (people, "people.xlsx") if step == "people" else (importing, "ledger.xlsx")
    )
    source = Source(name, [(VAR / name).read_bytes()])
    return start_job(actor=user, kind=module.CHECK, parameters={}, source=source)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
