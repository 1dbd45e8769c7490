"""The twenty things a grid worker looks at, and the groups they are picked from."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    code: str
    name: str
    group: str  # of the inspection-content tree (基础管理 / 现场管理)


KINDS = (
    Kind("exit", "疏散通道、安全出口", "消防安全"),
    Kind("extinguisher", "灭火器材", "消防安全"),
    Kind("hydrant", "消火栓", "消防安全"),
    Kind("emergency-light", "应急照明和疏散指示", "消防安全"),
    Kind("wiring", "电气线路", "用电安全"),
    Kind("switchboard", "配电箱(柜)", "用电安全"),
    Kind("electric-bike", "电动自行车停放充电", "消防安全"),
    Kind("dwelling", "生产储存与住宿合用", "场所环境"),
    Kind("gas-alarm", "燃气使用", "消防安全"),
    Kind("cylinder", "气瓶", "特种设备现场"),
    Kind("guard", "机械防护", "生产设备设施及工艺"),
    Kind("certificate", "特种作业持证", "资质证照"),
    Kind("forklift", "叉车等场内机动车", "特种设备现场"),
    Kind("confined-space", "有限空间", "有限空间现场安全"),
    Kind("hot-work", "动火等危险作业", "从业人员操作行为"),
    Kind("dust", "粉尘清扫", "场所环境"),
    Kind("chemical", "危险化学品存放", "场所环境"),
    Kind("protection", "劳动防护用品", "从业人员操作行为"),
    Kind("sign", "警示标志和风险告知", "场所环境"),
    Kind("contractor", "承包承租管理", "相关方基础管理"),
)
