"""The guided picker's rows and the ladder's rungs that a tenant begins with.

Source: reference 2.7.7 (what grid workers find, PROPOSED), 2.1 (inspection
content, 安委办〔2012〕28号 family, recalled) and 2.4 (ladder, PROPOSED). Data of
the tenant, hence Chinese.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from grids.posts import PostKind


class KindSpec(NamedTuple):
    code: str
    heading: str
    name: str
    requirement: str
    days: int


_FIRE: Final = "消防安全"
_POWER: Final = "用电用气"
_MACHINE: Final = "设备与作业"
_CHEM: Final = "危险物品"
_SIGN: Final = "防护与标志"
_MGMT: Final = "基础管理"
_SITE: Final = "其他现场问题"

KINDS: Final[tuple[KindSpec, ...]] = (
    KindSpec(
        "exit-blocked",
        _FIRE,
        "疏散通道、安全出口堵塞或上锁",
        "立即清理疏散通道，保持安全出口畅通、不得上锁。",
        3,
    ),
    KindSpec(
        "extinguisher",
        _FIRE,
        "灭火器缺失、失效或过期",
        "按规范补齐、更换灭火器，建立月检记录。",
        7,
    ),
    KindSpec(
        "hydrant", _FIRE, "消火栓无水或被圈占", "恢复消火栓供水，清除遮挡和圈占。", 7
    ),
    KindSpec(
        "emergency-light",
        _FIRE,
        "应急照明、疏散指示不亮",
        "更换或修复应急照明和疏散指示标志。",
        7,
    ),
    KindSpec(
        "three-in-one",
        _FIRE,
        "三合一场所（住宿与生产仓储混用）",
        "清出住宿人员，落实防火分隔，禁止违规住人。",
        15,
    ),
    KindSpec(
        "ebike",
        _FIRE,
        "电动自行车室内停放充电",
        "移至室外集中充电点，室内严禁停放充电。",
        3,
    ),
    KindSpec(
        "wiring",
        _POWER,
        "电线私拉乱接、无漏电保护",
        "拆除私拉电线，按规范敷设并加装漏电保护器。",
        7,
    ),
    KindSpec(
        "panel", _POWER, "配电箱无门、无标识或堆物", "修复箱门和标识，清除周边堆物。", 7
    ),
    KindSpec(
        "gas-alarm",
        _POWER,
        "使用燃气未装报警装置",
        "安装可燃气体报警装置并保证正常使用。",
        7,
    ),
    KindSpec(
        "cylinder",
        _POWER,
        "气瓶混放、无固定或超期",
        "分类存放、设置防倾倒装置，更换超期气瓶。",
        7,
    ),
    KindSpec(
        "guard",
        _MACHINE,
        "机械无防护罩或急停装置",
        "停用该设备，加装防护罩和急停装置后方可使用。",
        7,
    ),
    KindSpec(
        "special-operator",
        _MACHINE,
        "特种作业人员无证上岗",
        "无证人员立即离岗，安排持证人员作业。",
        15,
    ),
    KindSpec(
        "forklift",
        _MACHINE,
        "叉车无牌、未检或无证驾驶",
        "停用叉车，办理检验和登记，驾驶员持证上岗。",
        15,
    ),
    KindSpec(
        "confined-space",
        _MACHINE,
        "有限空间无标志或未审批作业",
        "设置警示标志，落实作业审批、通风检测和监护。",
        7,
    ),
    KindSpec(
        "hot-work",
        _MACHINE,
        "动火作业未审批",
        "立即停止动火，补办审批并落实监护和消防措施。",
        3,
    ),
    KindSpec(
        "dust",
        _CHEM,
        "粉尘积尘、除尘不到位",
        "立即清扫积尘，检修除尘系统，落实清扫制度。",
        7,
    ),
    KindSpec(
        "chemical", _CHEM, "危化品无标签或混存", "补贴安全标签，按性质分类分库存放。", 7
    ),
    KindSpec(
        "ppe",
        _SIGN,
        "未佩戴劳动防护用品",
        "配齐并督促从业人员正确佩戴劳动防护用品。",
        3,
    ),
    KindSpec(
        "sign", _SIGN, "无警示标志、风险告知", "在醒目位置设置警示标志和风险告知牌。", 7
    ),
    KindSpec(
        "contractor",
        _SIGN,
        "外包、出租未签安全协议",
        "签订安全生产管理协议，明确双方责任。",
        15,
    ),
    KindSpec("m-license", _MGMT, "资质证照", "办理或换发相关证照。", 30),
    KindSpec(
        "m-staff",
        _MGMT,
        "安全生产管理机构及人员",
        "设置机构或配备安全生产管理人员。",
        30,
    ),
    KindSpec("m-duty", _MGMT, "安全生产责任制", "建立健全全员安全生产责任制。", 15),
    KindSpec(
        "m-rules", _MGMT, "管理制度与操作规程", "补充完善制度和操作规程并组织学习。", 15
    ),
    KindSpec("m-training", _MGMT, "教育培训", "组织培训考核并建立档案。", 15),
    KindSpec(
        "m-emergency", _MGMT, "应急管理", "修订预案、组织演练、补齐应急物资。", 15
    ),
    KindSpec("m-other", _MGMT, "其他基础管理", "按要求整改到位。", 15),
    KindSpec("s-equipment", _SITE, "生产设备设施及工艺", "检修设备设施，消除缺陷。", 7),
    KindSpec(
        "s-special", _SITE, "特种设备现场管理", "停用并申请检验，合格后方可使用。", 15
    ),
    KindSpec("s-place", _SITE, "场所环境", "整治作业场所环境。", 7),
    KindSpec("s-behaviour", _SITE, "从业人员操作行为", "纠正违章，加强现场监督。", 3),
    KindSpec("s-other", _SITE, "其他现场管理", "按要求整改到位。", 7),
)


class RungSpec(NamedTuple):
    code: str
    name: str
    offset_days: int
    area_roles: tuple[str, ...]
    department_roles: tuple[str, ...]
    urgency: str
    area_posts: tuple[str, ...] = ()
    department_posts: tuple[str, ...] = ()


_FIRST: Final = ("enterprise_officer", "grid_worker", "township_staff")
_RESPONSIBLE: Final = (PostKind.RESPONSIBLE.value,)
_OWNERS: Final = (PostKind.RESPONSIBLE.value, PostKind.LIAISON.value)

RUNGS: Final[tuple[RungSpec, ...]] = (
    RungSpec("due-in-3", "三天后到期", -3, _FIRST, (), "info"),
    RungSpec("due-in-1", "明天到期", -1, _FIRST, (), "info"),
    RungSpec(
        "overdue-1",
        "逾期一天（黄色）",
        1,
        _FIRST,
        ("department_staff",),
        "warning",
        _RESPONSIBLE,
    ),
    RungSpec(
        "overdue-3",
        "逾期三天（橙色）",
        3,
        (*_FIRST, "township_leader"),
        ("department_staff",),
        "warning",
        _OWNERS,
        _RESPONSIBLE,
    ),
    RungSpec(
        "overdue-7",
        "逾期七天（红色）",
        7,
        (*_FIRST, "township_leader", "bureau_staff", "bureau_leader"),
        ("department_staff",),
        "urgent",
        _OWNERS,
        _OWNERS,
    ),
)

BASIS: Final = "平台建议值，非法定要求"
KIND_BASIS: Final = "参照安委办〔2012〕28号检查内容分类，平台建议值，非法定要求"
