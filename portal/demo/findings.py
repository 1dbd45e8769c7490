"""What a finding is, and where in an enterprise it may be made."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One way in which something is wrong, and how it is put right.

    ``{place}`` stands for one of ``PLACES[at]`` in every text. ``fits`` names the
    traits of enterprises in which it is found; empty means: in any.
    """

    kind: str
    scene: str
    at: str
    fits: frozenset[str]
    title: str
    description: str
    requirement: str
    measures: str


PLACES = {
    "workshop": (
        "一号车间",
        "二号车间",
        "三号车间东侧",
        "下料工段",
        "装配工段",
        "生产车间北侧",
        "老车间",
    ),
    "works-exit": (
        "一号车间南门",
        "二号车间北侧安全出口",
        "包装车间通道",
        "生产车间东侧通道",
    ),
    "store": (
        "原料仓库",
        "成品仓库",
        "一号仓库",
        "二号仓库",
        "辅料库",
        "仓库东南角",
    ),
    "store-exit": ("成品仓库东门", "一号仓库安全出口", "分拣区通道", "仓库西侧通道"),
    "board-room": ("配电室", "车间配电箱处", "动力房", "仓库入口配电箱处"),
    "switch-room": ("配电室", "一楼配电箱处", "总配电箱处", "值班室配电箱处"),
    "hall": ("一楼大厅", "二楼走廊", "三楼走廊东端", "北侧楼梯间", "西侧楼梯间"),
    "hall-exit": ("二楼安全出口", "北侧疏散楼梯", "一楼东侧安全出口", "后门疏散通道"),
    "shop": ("店内", "门店后间", "收银台旁", "店面阁楼"),
    "kitchen": ("后厨", "厨房操作间", "食堂操作间"),
    "yard": ("厂区主通道", "装卸区", "厂区西门", "办公楼前", "料场"),
    "office": ("办公楼二楼", "办公室", "安全科"),
    "site": ("1号楼", "2号楼东侧", "3号楼", "施工现场东区", "地下车库"),
    "pit": ("污水处理站", "厂区污水池", "原料池", "化粪池", "沉淀池"),
    "paint": ("喷漆房", "调漆间", "烤漆房"),
    "chemical-store": ("化学品库", "辅料间", "危化品专用库房", "油品库"),
    "gas-room": ("气瓶间", "焊接工位", "维修车间", "机修班"),
    "ground-floor": ("一楼楼道", "门厅", "架空层", "楼梯口"),
    "dust": ("砂光工段", "打磨工段", "开料锯旁", "除尘器下方", "制粉车间"),
    "forecourt": ("加油区", "卸油口", "站房", "油罐区"),
    "garage": ("停车场", "维修工位", "检修地沟", "发车区"),
}


def finding(
    kind: str,
    scene: str,
    at: str,
    fits: str,
    title: str,
    description: str,
    requirement: str,
    measures: str,
) -> Finding:
    traits = frozenset(fits.split())
    return Finding(kind, scene, at, traits, title, description, requirement, measures)
