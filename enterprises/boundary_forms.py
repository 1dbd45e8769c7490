"""Business forms that no department claims by itself, to begin with as proposals.

The rule is national: where a duty is unclear, the county assigns it by similar
business (Work Safety Law, article 10). Two examples are published with their
department; the others are proposals. Nothing here is a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EDITION: Final = "2026"
RULE: Final = "《安全生产法》第十条：职责不明确的新兴行业、领域，由县级以上地方人民政府按照业务相近的原则确定监督管理部门"
_PUBLISHED: Final = "泉山区边界职责认领实例；归属待本县认定"
_PROPOSED: Final = "拟定，业务相近原则；归属待本县认定"


@dataclass(frozen=True, slots=True)
class BoundaryForm:
    name: str
    similar_to: str
    suggestion: str
    source: str = _PROPOSED


BOUNDARY_FORMS: Final[tuple[BoundaryForm, ...]] = (
    BoundaryForm("早教与看护点", "幼儿园与托育机构", "教育", _PUBLISHED),
    BoundaryForm("婴儿游泳馆", "母婴保健服务", "卫生健康", _PUBLISHED),
    BoundaryForm("月子中心", "母婴保健服务", "卫生健康", _PUBLISHED),
    BoundaryForm("密室逃脱与剧本娱乐", "娱乐场所", "文化和旅游"),
    BoundaryForm("电竞酒店", "旅馆与上网服务", "公安；文化和旅游"),
    BoundaryForm("私人影院与点播影院", "电影院", "文化和旅游；电影主管"),
    BoundaryForm("蹦床与室内游乐场", "体育健身与游乐", "体育；市场监督管理"),
    BoundaryForm("民宿与农家乐", "旅馆", "文化和旅游；公安"),
    BoundaryForm("校外托管与小饭桌", "校外培训与餐饮", "教育；市场监督管理"),
    BoundaryForm("玻璃栈道与高空游乐", "旅游景区", "文化和旅游"),
    BoundaryForm("电动自行车集中充换电", "供用电与物业", "消防救援；发展改革"),
    BoundaryForm("储能电站", "电力", "发展改革；能源"),
    BoundaryForm("直播基地与网红打卡点", "文化娱乐", "文化和旅游；商务"),
    BoundaryForm("无人机培训与飞手俱乐部", "驾驶员培训", "交通运输；体育"),
)
