"""The time limits a new bureau starts with, each with the norm it rests on.

A limit without a norm is marked as proposed: bureaus set their own.
"""

from dataclasses import dataclass
from typing import Final

from workdays.deadlines import HARD_CAP_DAYS, Unit


@dataclass(frozen=True, slots=True)
class RuleSeed:
    key: str
    name: str
    value: int
    unit: Unit
    basis: str = ""
    edition: str = ""
    choices: tuple[int, ...] = ()
    is_hard: bool = False

    @property
    def is_proposed(self) -> bool:
        return not self.edition


PROPOSED: Final = "平台建议值，由本单位确定"
WORK_SAFETY_LAW: Final = "2021年6月10日修正"
PENALTY_LAW: Final = "2021年1月22日修订"
HAZARD_RULES: Final = "2007年12月28日公布（原安全监管总局令第16号）"
VIOLATION_RULES: Final = "2015年4月2日修正（原安全监管总局令第15号）"
ACCIDENT_RULES: Final = "2007年4月9日公布（国务院令第493号）"
REPORT_RULES: Final = "安监总财〔2018〕19号"
CYBER_LAW: Final = "2016年11月7日通过"
PLAN_RULES: Final = "2019年7月11日修正（应急管理部令第2号）"
STANDARDIZATION: Final = "2021年10月27日印发（应急〔2021〕83号）"

GENERAL_RECTIFY: Final = "general_rectify"
MAJOR_RECTIFY: Final = "major_rectify"
MAJOR_RECTIFY_CAP: Final = "major_rectify_cap"

RULES: Final[tuple[RuleSeed, ...]] = (
    RuleSeed(
        GENERAL_RECTIFY,
        "一般隐患限期整改",
        7,
        Unit.DAY,
        basis=PROPOSED,
        choices=(3, 7, 15, 30),
    ),
    RuleSeed(MAJOR_RECTIFY, "重大隐患治理", 30, Unit.DAY, basis=PROPOSED),
    RuleSeed(
        "major_rectify_warn", "重大隐患治理期限过长提示", 90, Unit.DAY, basis=PROPOSED
    ),
    RuleSeed(
        MAJOR_RECTIFY_CAP,
        "整改期限上限",
        HARD_CAP_DAYS,
        Unit.DAY,
        basis="参照青岛市重大隐患挂牌督办办法，治理期限不超过一年",
        is_hard=True,
    ),
    RuleSeed(
        "village_confirm", "村（社区）上报后乡镇确认", 24, Unit.HOUR, basis=PROPOSED
    ),
    RuleSeed("township_handle", "乡镇移交后部门处理", 3, Unit.WORKDAY, basis=PROPOSED),
    RuleSeed(
        "major_report_enterprise", "企业报告重大隐患", 24, Unit.HOUR, basis=PROPOSED
    ),
    RuleSeed(
        "major_report_agency",
        "服务机构报告重大隐患",
        2,
        Unit.HOUR,
        basis="参照杭州市余杭区做法",
    ),
    RuleSeed(
        "extension_apply_before",
        "延期申请须提前",
        10,
        Unit.DAY,
        basis="《安全生产违法行为行政处罚办法》第十六条",
        edition=VIOLATION_RULES,
    ),
    RuleSeed(
        "extension_reply",
        "延期申请答复",
        5,
        Unit.DAY,
        basis="《安全生产违法行为行政处罚办法》第十六条",
        edition=VIOLATION_RULES,
    ),
    RuleSeed(
        "recheck_within",
        "整改复查",
        10,
        Unit.DAY,
        basis="《安全生产违法行为行政处罚办法》第十七条",
        edition=VIOLATION_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "resume_review_within",
        "恢复生产审查",
        10,
        Unit.DAY,
        basis="《安全生产事故隐患排查治理暂行规定》第二十三条",
        edition=HAZARD_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "listing_file",
        "挂牌督办备案",
        3,
        Unit.WORKDAY,
        basis="参照青岛市重大隐患挂牌督办办法",
    ),
    RuleSeed(
        "listing_publish",
        "挂牌督办公告",
        5,
        Unit.WORKDAY,
        basis="参照青岛市重大隐患挂牌督办办法",
    ),
    RuleSeed(
        "delisting_publish",
        "摘牌公告",
        5,
        Unit.WORKDAY,
        basis="参照青岛市重大隐患挂牌督办办法",
    ),
    RuleSeed(
        "accident_enterprise_report",
        "单位负责人报告事故",
        1,
        Unit.HOUR,
        basis="《生产安全事故报告和调查处理条例》第九条",
        edition=ACCIDENT_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "accident_each_level",
        "逐级上报事故",
        2,
        Unit.HOUR,
        basis="《生产安全事故报告和调查处理条例》第十一条",
        edition=ACCIDENT_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "power_cut_notice",
        "停止供电提前通知",
        24,
        Unit.HOUR,
        basis="《安全生产法》第七十条",
        edition=WORK_SAFETY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "penalty_publish",
        "行政处罚公示",
        7,
        Unit.WORKDAY,
        basis="《安全生产法》第七十八条",
        edition=WORK_SAFETY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "penalty_case",
        "行政处罚案件办理",
        90,
        Unit.DAY,
        basis="《行政处罚法》第六十条",
        edition=PENALTY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "evidence_keep_decide",
        "先行登记保存处理决定",
        7,
        Unit.DAY,
        basis="《行政处罚法》第五十六条",
        edition=PENALTY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "hearing_request",
        "申请听证",
        5,
        Unit.DAY,
        basis="《行政处罚法》第六十四条",
        edition=PENALTY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "hearing_notice",
        "听证通知提前",
        7,
        Unit.DAY,
        basis="《行政处罚法》第六十四条",
        edition=PENALTY_LAW,
        is_hard=True,
    ),
    RuleSeed(
        "public_report_finish",
        "举报办结",
        60,
        Unit.DAY,
        basis="《安全生产领域举报奖励办法》",
        edition=REPORT_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "public_report_extend",
        "举报办理延长",
        30,
        Unit.DAY,
        basis="《安全生产领域举报奖励办法》",
        edition=REPORT_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "reward_claim",
        "举报奖金领取",
        60,
        Unit.DAY,
        basis="《安全生产领域举报奖励办法》",
        edition=REPORT_RULES,
        is_hard=True,
    ),
    RuleSeed(
        "plan_filing",
        "应急预案备案",
        20,
        Unit.WORKDAY,
        basis="《生产安全事故应急预案管理办法》第二十六条",
        edition=PLAN_RULES,
    ),
    RuleSeed(
        "plan_review",
        "应急预案评估",
        3,
        Unit.YEAR,
        basis="《生产安全事故应急预案管理办法》第三十五条",
        edition=PLAN_RULES,
    ),
    RuleSeed(
        "log_retention",
        "日志留存",
        6,
        Unit.MONTH,
        basis="《网络安全法》第二十一条",
        edition=CYBER_LAW,
        choices=(6, 12),
        is_hard=True,
    ),
    RuleSeed(
        "standardization_valid",
        "安全生产标准化有效期",
        3,
        Unit.YEAR,
        basis="《企业安全生产标准化建设定级办法》",
        edition=STANDARDIZATION,
        is_hard=True,
    ),
)
