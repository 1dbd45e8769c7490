"""What people write beside a step, and the picking of findings that fit a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from portal.demo.findings import PLACES, Finding
from portal.demo.findings_fire import FIRE_FINDINGS
from portal.demo.findings_work import WORK_FINDINGS

if TYPE_CHECKING:
    from random import Random

FINDINGS: tuple[Finding, ...] = FIRE_FINDINGS + WORK_FINDINGS


class Source(NamedTuple):
    code: str
    name: str


SOURCES = (
    Source("self_check", "企业自查"),
    Source("patrol", "网格员巡查"),
    Source("township", "乡镇检查"),
    Source("department", "部门检查"),
)

ASSESS_NOTES = (
    "经核实情况属实，判定为一般隐患。",
    "已与企业负责人电话核实，属一般隐患，责任主体为该企业。",
    "现场照片清楚，核定为一般隐患，限期整改。",
    "经核，未达到重大事故隐患判定标准，按一般隐患处置。",
)
SUSPICION_CLEARED = (
    "上报时疑似重大隐患，经会同县直部门现场核查，不符合判定标准条款，核定为一般隐患。"
)
ASSIGN_NOTES = (
    "请按期完成整改，整改期间落实防范措施。",
    "请企业负责人签收，整改完成后上传整改后照片。",
    "已电话告知企业安全管理员，请按要求整改。",
    "逾期未整改将移交县级部门依法处理。",
)
START_NOTES = (
    "已收到整改通知，安排专人整改。",
    "已制定整改措施，材料采购中。",
    "已通知电工和维修班组，按计划整改。",
    "整改已开始，期间暂停该部位作业。",
)
SUBMIT_NOTES = (
    "整改已完成，请复查。",
    "已按要求整改到位，照片已上传，请予复查。",
    "全部整改完毕，并在班前会上进行了通报。",
)
PASS_NOTES = (
    "现场复查，整改到位，复查合格。",
    "经现场核对，整改措施已落实，同意通过。",
    "查看整改后照片并到现场确认，隐患已消除。",
)
FAIL_NOTES = (
    "现场复查，只清理了一部分，整改不到位，退回继续整改。",
    "整改措施未完全落实，标识和台账仍缺失，复查不合格。",
    "复查时发现同一问题再次出现，要求彻底整改并落实责任人。",
)
CLOSE_NOTES = ("资料齐全，予以销号。", "复查合格，隐患销号。", "整改闭环，准予销号。")
FIX_NOTES = (
    "现场督促企业立即整改，已消除。",
    "问题轻微，当场整改完毕，拍照留存。",
    "指导企业负责人当场处理到位。",
)
REJECT_NOTES = (
    "经现场核实，照片所示为正在卸货的临时停放，30分钟内已清走，不属实。",
    "与此前上报的同一处隐患重复，退回，按原单办理。",
    "该单位不在本辖区，已电话告知上报人改报所属乡镇。",
    "照片模糊、位置不清，无法核实，请补充后重新上报。",
)
REOPEN_CLOSED_NOTES = (
    "回头看发现问题反弹，重新立案督办。",
    "网格员回访时再次出现同类问题，重新打开。",
    "县局抽查发现整改不彻底，退回重新办理。",
)
REOPEN_REJECTED_NOTES = (
    "上报人补充了照片和位置，经再次核实情况属实，重新受理。",
    "经二次现场核查，隐患确实存在，重新受理。",
)
MAJOR_SUSPICION = "疑似重大事故隐患，请县级部门核定。"


_BROAD = frozenset({"works", "crowd", "shop"})


def findings_for(traits: frozenset[str]) -> list[Finding]:
    """Those that can occur in such an enterprise."""
    return [f for f in FINDINGS if not f.fits or f.fits & traits]


def pick_finding(rng: Random, traits: frozenset[str], *, avoid: set[str]) -> Finding:
    """A finding that fits; titles seen before in this enterprise only if need be."""
    choices = findings_for(traits)
    fresh = [f for f in choices if f.title not in avoid] or choices
    return rng.choices(fresh, weights=[_peculiarity(f) for f in fresh])[0]


def _peculiarity(finding: Finding) -> int:
    """What is peculiar to a trade is found more often there than the general."""
    if not finding.fits:
        return 1
    return 3 if finding.fits & _BROAD else 6


def pick_place(rng: Random, finding: Finding) -> str:
    return rng.choice(PLACES[finding.at])
