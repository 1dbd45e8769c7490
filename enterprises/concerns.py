"""The special domains and the reminders of certificates a new tenant begins with."""

from __future__ import annotations

from typing import Final

EDITION: Final = "2026"
_NAMED: Final = "泉州企业分类中提到的重点领域"
_PROPOSED: Final = "拟定，由县级安委办确认"

# (code, name, whether a published scheme names it)
DOMAINS: Final = (
    ("combustible-dust", "涉爆粉尘", True),
    ("ammonia", "涉氨制冷", True),
    ("confined-space", "有限空间", True),
    ("spraying", "喷涂作业", False),
    ("metal-melting", "金属熔炼", False),
    ("deep-well-casting", "深井铸造", False),
    ("gas", "煤气", False),
    ("chemical-use", "危化使用", False),
    ("major-hazard", "重大危险源", False),
    ("key-chemicals", "两重点一重大", False),
    ("factory-in-factory", "厂中厂", False),
    ("dormitory", "多合一/员工宿舍", False),
    ("lithium", "锂电池", False),
    ("fuel-gas", "燃气使用", False),
    ("special-equipment", "特种设备", False),
    ("occupational-disease", "职业病危害", False),
    ("designated-size", "规模以上", False),
    ("key-fire-unit", "消防重点单位", True),
)
DOMAIN_BASIS: Final = {True: _NAMED, False: _PROPOSED}

# (days before the end, roles on the area line, roles on the department line)
RUNGS: Final = (
    (90, ("enterprise_officer",), ()),
    (30, ("enterprise_officer", "township_staff"), ("department_staff",)),
)
RUNG_BASIS: Final = "到期前90天、30天提醒为拟定"
