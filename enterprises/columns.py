"""The columns of a register's ledger, and the names that real ledgers give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from evidence.sheets.reading import plain_header

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a ledger may say; ``names`` are headers it is known by."""

    code: str
    label: Any
    names: tuple[str, ...]
    template: str = ""
    example: str = ""
    width: int = 14


FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "name",
        _("Name of the unit"),
        (
            *("单位名称", "企业名称", "名称", "单位", "企业", "商户名称", "场所名称"),
            *(
                "经营主体名称",
                "企业全称",
                "单位全称",
                "市场主体名称",
                "店名",
                "字号名称",
            ),
        ),
        "单位名称",
        "青溪县宏达机械有限公司",
        30,
    ),
    Field(
        "uscc",
        _("Unified social credit code"),
        (
            *("统一社会信用代码", "信用代码", "社会信用代码", "统一代码", "uscc"),
            *("统一信用代码", "营业执照号", "营业执照号码", "注册号", "统一社会信用码"),
        ),
        "统一社会信用代码",
        "91341222MA8TE5T02W",
        22,
    ),
    Field("own_code", _("Temporary number"), ("临时编号", "本系统编号"), "", "", 18),
    Field(
        "unit_type",
        _("Kind of unit"),
        ("单位类型", "企业类型", "主体类型", "市场主体类型", "单位性质", "类型"),
        "单位类型",
        "企业",
    ),
    Field(
        "township",
        _("Township"),
        (
            *("乡镇", "街道", "乡镇街道", "乡镇/街道", "镇街", "镇(街道)", "所属乡镇"),
            *("所在乡镇", "所属镇街", "属地乡镇", "属地", "所属街道", "镇"),
        ),
        "乡镇（街道）",
        "柳桥镇",
    ),
    Field(
        "village",
        _("Village or grid"),
        (
            *(
                "所在村",
                "所属村",
                "村居",
                "村",
                "社区",
                "村社区",
                "村/社区",
                "村(社区)",
            ),
            *("行政村", "所属社区", "所在社区", "所属网格", "网格", "网格编码", "村名"),
            *("所在村居", "所属村居", "村(居)", "所在村社区", "所属村社区"),
        ),
        "所在村（社区）",
        "柳桥村",
    ),
    Field(
        "subcategory",
        _("Industry subcategory"),
        (
            *("行业小类", "行业类别", "行业", "所属行业", "监管类别", "监管行业"),
            *("行业分类", "小类", "行业领域", "所属行业领域", "行业名称", "企业类别"),
        ),
        "行业小类",
        "机械制造",
        20,
    ),
    Field(
        "state",
        _("State"),
        ("经营状态", "状态", "企业状态", "生产状态", "生产经营状态", "登记状态"),
        "经营状态",
        "在营",
    ),
    Field(
        "legal_person",
        _("Legal representative"),
        ("法定代表人", "法人", "法人代表", "法定代表人姓名", "法人姓名"),
        "法定代表人",
        "张建国",
    ),
    Field(
        "principal",
        _("Principal"),
        (
            *("主要负责人", "负责人", "企业负责人", "负责人姓名", "主要负责人姓名"),
            *("联系人", "经营者", "业主", "经营者姓名"),
        ),
        "主要负责人",
        "张建国",
    ),
    Field(
        "principal_phone",
        _("Principal's phone"),
        (
            *(
                "联系电话",
                "手机",
                "电话",
                "手机号",
                "联系方式",
                "负责人电话",
                "手机号码",
            ),
            *("主要负责人电话", "联系人电话", "负责人手机", "主要负责人联系电话"),
        ),
        "联系电话",
        "13805580001",
        16,
    ),
    Field(
        "safety_manager",
        _("Safety manager"),
        (
            "安全管理员",
            "安全员",
            "安全管理人员",
            "安全负责人",
            "安管人员",
            "安全生产管理人员",
        ),
        "安全管理员",
        "李卫东",
    ),
    Field(
        "safety_manager_phone",
        _("Safety manager's phone"),
        (
            *("安全管理员电话", "安全员电话", "安全管理人员电话", "安全管理员联系电话"),
            *("安全员手机", "安全负责人电话", "安全员联系电话"),
        ),
        "安全管理员电话",
        "13905580002",
        16,
    ),
    Field(
        "address",
        _("Address"),
        (
            *(
                "地址",
                "详细地址",
                "经营地址",
                "住所",
                "单位地址",
                "企业地址",
                "经营场所",
            ),
            *("生产经营地址", "注册地址", "所在地址", "生产地址"),
        ),
        "详细地址",
        "柳桥镇柳桥村工业路8号",
        30,
    ),
    Field(
        "longitude", _("Longitude"), ("经度", "lng", "lon", "东经"), "经度", "115.6213"
    ),
    Field("latitude", _("Latitude"), ("纬度", "lat", "北纬"), "纬度", "33.1602"),
    Field(
        "employees",
        _("Employees"),
        ("从业人数", "职工人数", "员工人数", "人数", "从业人员", "职工总数", "员工数"),
        "从业人数",
        "36",
    ),
    Field(
        "scale",
        _("Size class"),
        ("规模", "企业规模", "规模类型", "规模等级"),
        "规模",
        "小型",
    ),
    Field(
        "above_designated_size",
        _("Above designated size"),
        ("是否规上", "规上", "规模以上", "是否规模以上", "规上企业"),
        "是否规上",
        "否",
    ),
    Field(
        "uscc_missing_reason",
        _("Why there is no code"),
        ("无代码原因", "无证原因", "无信用代码原因"),
        "无代码原因",
        "",
        20,
    ),
)
BY_CODE: Final = {field.code: field for field in FIELDS}
REQUIRED: Final = ("name", "subcategory")
PLACE: Final = ("village", "township")  # one of them at least
_KNOWN: Final[dict[str, str]] = {
    plain_header(name): field.code
    for field in FIELDS
    for name in (*field.names, field.template)
    if name
}
KNOWN_HEADERS: Final = frozenset(_KNOWN)


def guess(headers: Sequence[str]) -> dict[str, int]:
    """For each of our fields the column whose header says so; the first one wins."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        code = _KNOWN.get(plain_header(header))
        if code is not None:
            found.setdefault(code, at)
    return found


def missing(columns: dict[str, int]) -> list[str]:
    """Which of the columns that cannot be done without are not there."""
    lacking = [code for code in REQUIRED if code not in columns]
    if not any(code in columns for code in PLACE):
        lacking.append("village")
    return lacking
