"""The two schemes of work items that a new tenant begins with, as data.

One has five aspects and 53 kinds of work of a grid worker, the other ten aspects
and 42 items shared out among the levels. The numbers and aspects are published;
the lists are not, so every item here is a proposal: its name, whose it is, how
often it is due and what shows that it was done. A county edits them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EDITION: Final = "2026"


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One item: whose it is, how often within which period, what proves it."""

    name: str
    often: str  # "2 month" = twice a month; "occasion" = whenever it comes up
    evidence: str
    role: str = "worker"

    @property
    def unit(self) -> str:
        return self.often.split(" ")[-1]

    @property
    def times(self) -> int:
        return int(self.often.split(" ")[0]) if " " in self.often else 1


@dataclass(frozen=True, slots=True)
class AspectSpec:
    code: str
    name: str
    items: tuple[ItemSpec, ...]


@dataclass(frozen=True, slots=True)
class SchemeSpec:
    code: str
    name: str
    source: str
    aspects: tuple[AspectSpec, ...]


def _of(evidence: str, often: str, names: str) -> tuple[ItemSpec, ...]:
    return tuple(ItemSpec(name, often, evidence) for name in names.split("、"))


def _by(role: str, often: str, evidence: str, name: str) -> ItemSpec:
    return ItemSpec(name, often, evidence, role)


MANUAL: Final = SchemeSpec(
    "manual-53",
    "网格员工作手册（五个方面五十三项）",
    "太和县网格员工作手册五个方面、五十三项；条目名称未公开，此处为拟定",
    (
        AspectSpec(
            "A",
            "信息采集与建档",
            (
                *_of("text", "1 quarter", "网格边界核对"),
                *_of("text", "1 month", "单位摸底登记"),
                *_of("photo", "occasion", "新开办与迁入登记"),
                *_of("photo", "occasion", "停业与注销登记"),
                *_of("text", "1 quarter", "三小场所登记"),
                *_of("text", "1 quarter", "出租房与厂中厂登记"),
                *_of("photo", "1 quarter", "风险点采集"),
                *_of("text", "1 half_year", "重点人员（特种作业）登记"),
                *_of("none", "1 quarter", "联系方式更新"),
                *_of("none", "1 quarter", "一企一册更新"),
            ),
        ),
        AspectSpec(
            "B",
            "日常巡查与上报",
            (
                *_of(
                    "photo",
                    "1 month",
                    "疏散通道、安全出口、消防器材、用电、用气、电动车充电、三合一",
                ),
                *_of("photo", "1 month", "危险化学品存放"),
                *_of("text", "1 quarter", "特种设备标志"),
                *_of("text", "1 month", "机械防护"),
                *_of("photo", "1 month", "有限空间"),
                *_of("photo", "1 month", "动火作业"),
                *_of("photo", "1 month", "粉尘清扫"),
                *_of("photo", "1 month", "高处作业与吊装"),
                *_of("text", "1 quarter", "警示标志与告知牌"),
                *_of("text", "1 quarter", "员工持证"),
                *_of("text", "1 month", "劳动防护用品穿戴"),
                *_of("photo", "1 month", "烟花爆竹零售"),
                *_of("photo", "1 month", "自建房施工"),
                *_of("text", "1 week", "非法生产"),
            ),
        ),
        AspectSpec(
            "C",
            "督促整改与协助复查",
            (
                *_of("text", "occasion", "现场提醒"),
                *_of("document", "occasion", "送达整改告知"),
                *_of("none", "1 week", "限期跟踪"),
                *_of("photo", "occasion", "整改照片采集"),
                *_of("text", "occasion", "协助复查、逾期上报、重大隐患盯守"),
                *_of("photo", "occasion", "停产后回访"),
            ),
        ),
        AspectSpec(
            "D",
            "宣传教育与送达",
            (
                *_of("photo", "1 month", "法规宣传"),
                *_of("photo", "1 quarter", "案例宣传、季节性提示"),
                *_of("photo", "1 year", "安全月活动"),
                *_of("photo", "1 month", "入户宣传"),
                *_of("document", "occasion", "文件送达签收"),
                *_of("photo", "1 half_year", "培训组织"),
                *_of("photo", "1 quarter", "12350 举报宣传"),
            ),
        ),
        AspectSpec(
            "E",
            "应急与协同",
            (
                *_of("text", "occasion", "险情第一报告"),
                *_of("text", "occasion", "先期处置与疏散"),
                *_of("none", "occasion", "现场引导"),
                *_of("text", "occasion", "预警信息传达"),
                *_of("text", "occasion", "配合执法检查"),
                *_of("text", "occasion", "配合事故调查"),
                *_of("text", "1 month", "会议例会与交接"),
            ),
        ),
    ),
)

LEVELS: Final = SchemeSpec(
    "levels-42",
    "分级工作清单（十个方面四十二项）",
    "泉山区十个方面、四十二项，分属区、安委办、街道、园区、社区和单位；条目名称为拟定",
    (
        AspectSpec(
            "01",
            "组织体系",
            (
                _by("county", "1 year", "document", "制定网格化监管实施方案"),
                _by("county", "1 quarter", "document", "召开领导小组会议"),
                _by("committee_office", "1 year", "document", "明确安委办牵头职责"),
                _by("township", "1 year", "document", "成立乡镇（街道）网格机构"),
            ),
        ),
        AspectSpec(
            "02",
            "网格划分",
            (
                _by("committee_office", "1 year", "document", "审定网格划分方案"),
                _by("township", "1 half_year", "document", "核对网格边界与示意图"),
                _by("township", "1 year", "photo", "网格责任挂牌公示"),
                _by("village", "1 quarter", "text", "核对网格内监管对象"),
            ),
        ),
        AspectSpec(
            "03",
            "队伍建设",
            (
                _by("township", "1 quarter", "text", "配齐网格员、补足缺岗"),
                _by("township", "1 year", "document", "网格员聘任与备案"),
                _by("committee_office", "1 year", "document", "制定网格员管理办法"),
                _by("township", "1 half_year", "photo", "组织网格员培训考试"),
                _by("village", "1 month", "text", "召开网格员例会"),
            ),
        ),
        AspectSpec(
            "04",
            "责任清单",
            (
                _by("committee_office", "1 year", "document", "编制监管责任清单"),
                _by("department", "1 year", "document", "编制行业监管单位名录"),
                _by("committee_office", "occasion", "document", "明确边界职责归属"),
                _by("unit", "1 year", "document", "签订主体责任承诺书"),
            ),
        ),
        AspectSpec(
            "05",
            "巡查检查",
            (
                _by("village", "1 week", "photo", "社区日常巡查"),
                _by("township", "1 month", "photo", "乡镇（街道）重点检查"),
                _by("department", "1 quarter", "document", "行业专项检查"),
                _by("county", "1 quarter", "document", "综合督导检查"),
                _by("unit", "1 month", "text", "单位自查自报"),
            ),
        ),
        AspectSpec(
            "06",
            "隐患闭环",
            (
                _by("village", "1 month", "text", "跟踪网格内隐患整改"),
                _by("township", "1 month", "text", "核定交办隐患"),
                _by("department", "1 month", "text", "处理移交的行业隐患"),
                _by("committee_office", "1 quarter", "document", "重大隐患挂牌督办"),
                _by("unit", "1 month", "photo", "按期整改并提交销号"),
            ),
        ),
        AspectSpec(
            "07",
            "信息平台",
            (
                _by("committee_office", "1 month", "text", "通报平台运行情况"),
                _by("township", "1 month", "none", "核对单位与网格信息"),
                _by("village", "1 month", "none", "更新监管对象信息"),
                _by("unit", "1 quarter", "none", "更新单位基础信息"),
            ),
        ),
        AspectSpec(
            "08",
            "应急处置",
            (
                _by("county", "1 year", "photo", "组织综合应急演练"),
                _by("township", "1 half_year", "photo", "组织乡镇（街道）应急演练"),
                _by("village", "1 quarter", "text", "检查应急物资与值守"),
            ),
        ),
        AspectSpec(
            "09",
            "宣传培训",
            (
                _by("county", "1 year", "photo", "组织安全生产月活动"),
                _by("department", "1 half_year", "photo", "开展行业安全培训"),
                _by("village", "1 month", "photo", "开展社区安全宣传"),
                _by("unit", "1 quarter", "photo", "开展从业人员培训"),
            ),
        ),
        AspectSpec(
            "10",
            "考核奖惩",
            (
                _by("committee_office", "1 quarter", "document", "季度考核通报"),
                _by("county", "1 year", "document", "年度评比表彰"),
                _by("township", "1 quarter", "document", "网格员绩效考核"),
                _by("township", "1 quarter", "document", "兑现以奖代补"),
            ),
        ),
    ),
)

SCHEMES: Final = (MANUAL, LEVELS)
IN_FORCE_AT_FIRST: Final = MANUAL.code

TEN_SOURCE: Final = "泉山区网格办公室“十有”标准"
TEN_HAVES: Final[tuple[tuple[str, str], ...]] = (
    ("实施方案", "本级网格化监管实施方案，写明文号"),
    ("领导小组", "成立文件或名单"),
    ("示意图", "网格划分示意图，已上墙"),
    ("运行图", "发现、上报、处置、复查、销号的运行图"),
    ("重点企业分布图", "标出重点企业位置"),
    ("办公场所", "固定办公场所并挂牌"),
    ("管理制度", "例会、巡查、台账、保密等制度"),
    ("隐患台账", "平台台账或纸质台账"),
    ("互联网终端", "可登录平台的电脑或手机"),
    ("生产经营单位档案", "一企一册"),
)
