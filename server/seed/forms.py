"""The forms of the demo company, as a business manager would have made them: chillers, compressors, and software in the whole company."""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]


def _words(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-CN": zh}


def _field(field_id: str, kind: str, en: str, zh: str, **slots: Any) -> Item:
    return {"id": field_id, "type": kind, "label": _words(en, zh), **slots}


def _section(section_id: str, en: str, zh: str, *items: Item) -> Item:
    return {"id": section_id, "type": "section", "label": _words(en, zh), "items": list(items)}


def _choices(*rows: tuple[str, str, str]) -> list[Item]:
    return [{"v": value, "l": _words(en, zh)} for value, en, zh in rows]


OKNG: list[Item] = [
    {"v": "ok", "l": _words("OK", "正常"), "tone": "ok"},
    {"v": "ng", "l": _words("Not OK", "异常"), "tone": "bad"},
]
KPA = {"code": "kPa", "display": ["kPa", "bar"]}
MPA = {"code": "MPa", "display": ["MPa", "bar"]}


def _form(key: str, en: str, zh: str, lists: dict[str, Any], *items: Item) -> Item:
    return {
        "$fmt": "callout-form/1", "key": key, "locales": ["zh-CN", "en"], "default_locale": "zh-CN", "title": _words(en, zh),
        "lists": lists, "items": list(items),
    }  # fmt: skip


def _checklist(field_id: str, en: str, zh: str, rows: list[dict[str, str]]) -> Item:
    """Fixed rows: what was looked at, OK or not, a note and photos where it helps."""
    return _field(
        field_id, "repeat", en, zh, rows="fixed", seed=rows,
        items=[
            _field(f"{field_id}_item", "select", "Part", "部位", list="parts"),
            _field(f"{field_id}_result", "select", "Result", "结果", list="okng", required=True, report=True),
            _field(f"{field_id}_note", "text", "Note", "说明", max=500),
        ],
    )  # fmt: skip


ARRIVAL = _section(
    "arrival", "Arrival", "到场",
    _field("serial", "scan", "Serial number on the plate", "铭牌序列号", mask="A{2}9{6}", is_serial=True, required=True),
    _field("plate", "photo", "Photo of the plate", "铭牌照片", max=2),
    _field("running", "bool", "Was the machine running?", "到场时机器在运行吗？", required=True, report=True),
)  # fmt: skip
CONCLUSION = _section(
    "conclusion", "Conclusion", "结论",
    _field("cause", "select", "Cause", "原因", list="causes", required=True, report=True),
    _field("before_after", "photo", "Photos before and after", "前后对比照片", min=2, max=10),
    _field("advice", "text", "Advice for the customer", "给客户的建议", lines=3, max=2000),
    _field("next_on", "date", "Next service due", "建议下次保养日期"),
    _field("customer_sign", "signature", "Customer's signature", "客户签字", required=True, binds="answers_sha256"),
)  # fmt: skip
CAUSES = _choices(
    ("dirt", "Dirt", "脏堵"), ("wear", "Wear", "磨损"), ("leak", "Leak", "泄漏"), ("electric", "Electrical", "电气"),
    ("setting", "Setting", "设置不当"), ("other", "Other", "其他"),
)  # fmt: skip

CHILLER = _form(
    "chiller_repair", "Chiller repair", "冷水机维修单",
    {
        "okng": OKNG, "causes": CAUSES,
        "symptoms": _choices(
            ("high_pressure", "High pressure alarm", "高压报警"), ("low_pressure", "Low pressure alarm", "低压报警"),
            ("no_start", "Does not start", "不启动"), ("noise", "Noise", "噪声异常"),
        ),
        "parts": _choices(
            ("fins", "Condenser fins", "冷凝器翅片"), ("fan", "Fans", "风机"), ("valve", "Expansion valve", "膨胀阀"),
            ("oil", "Oil level", "油位"), ("wiring", "Wiring", "接线"),
        ),
    },
    ARRIVAL,
    _section(
        "data", "Readings", "运行数据",
        _field("high_side", "number", "High side pressure", "高压侧压力", unit=KPA, decimals=0, min=0, max=4500, required=True, report=True),
        _field("low_side", "number", "Low side pressure", "低压侧压力", unit=KPA, decimals=0, min=0, max=2000, report=True),
        _field("water_out", "number", "Water outlet temperature", "出水温度", unit={"code": "°C", "display": ["°C"]}, decimals=1,
               min=-20, max=60, required=True, report=True),
        _field("symptom", "select", "Symptom", "故障现象", list="symptoms", required=True, report=True),
    ),
    _section("checks_section", "Check list", "检查",
             _checklist("checks", "Checks", "检查项", [{"checks_item": one} for one in ("fins", "fan", "valve", "oil", "wiring")])),
    CONCLUSION,
)  # fmt: skip
COMPRESSOR = _form(
    "compressor_service", "Compressor service", "空压机服务单",
    {
        "okng": OKNG, "causes": CAUSES,
        "kinds": _choices(
            ("oil", "Oil", "机油"), ("air", "Air filter", "空滤"), ("oil_filter", "Oil filter", "油滤"), ("separator", "Separator", "油分"),
        ),
        "parts": _choices(
            ("belt", "Belt and coupling", "皮带与联轴器"), ("cooler", "Cooler", "冷却器"), ("valve", "Intake valve", "进气阀"),
            ("drain", "Drain", "排水"),
        ),
    },
    ARRIVAL,
    _section(
        "data", "Readings", "运行数据",
        _field("pressure", "number", "Discharge pressure", "排气压力", unit=MPA, decimals=2, min=0, max=4, required=True, report=True),
        _field("temperature", "number", "Discharge temperature", "排气温度", unit={"code": "°C", "display": ["°C", "°F"]}, decimals=0,
               min=0, max=150, required=True, report=True),
        _field("hours", "number", "Running hours", "运行小时数", unit={"code": "h", "display": ["h"]}, decimals=0, min=0, max=300000, report=True),
        _field("replaced", "multi", "Replaced", "已更换", list="kinds", report=True),
    ),
    _section("checks_section", "Check list", "检查",
             _checklist("checks", "Checks", "检查项", [{"checks_item": one} for one in ("belt", "cooler", "valve", "drain")])),
    CONCLUSION,
)  # fmt: skip
SOFTWARE = _form(
    "software_support", "Software support", "软件支持单",
    {
        "causes": _choices(
            ("setting", "Setting", "设置不当"), ("network", "Network", "网络"), ("defect", "Defect of the program", "程序缺陷"),
            ("other", "Other", "其他"),
        ),
        "systems": _choices(
            ("win10", "Windows 10", "Windows 10"), ("win11", "Windows 11", "Windows 11"),
            ("server2019", "Windows Server 2019", "Windows Server 2019"),
            ("linux", "Linux", "Linux"),
        ),
    },
    _section(
        "system", "System", "系统",
        _field("operating_system", "select", "Operating system", "操作系统", list="systems", required=True, report=True),
        _field("release", "text", "Version of the program", "软件版本", required=True, max=40, report=True),
        _field("is_backed_up", "bool", "Is there a backup?", "是否已备份？", required=True, report=True),
        _field("points", "number", "Data points", "数据点数", unit={"code": "1", "display": ["1"]}, decimals=0, min=0, max=100000, report=True),
    ),
    _section(
        "conclusion", "Conclusion", "结论",
        _field("cause", "select", "Cause", "原因", list="causes", required=True, report=True),
        _field("advice", "text", "Advice for the customer", "给客户的建议", lines=3, max=2000),
        _field("customer_sign", "signature", "Customer's signature", "客户签字", required=True, binds="answers_sha256"),
    ),
)  # fmt: skip
FORMS = (CHILLER, COMPRESSOR)
EVIDENCE = ("photo", "signature")


def without_evidence(form: Item) -> Item:
    """The same form as it was before photos and a signature were asked for."""
    items = [
        section | {"items": [one for one in section["items"] if one["type"] not in EVIDENCE]} for section in form["items"]
    ]  # fmt: skip
    return form | {"items": items}


# which product line gets which form, in this order; a job for anything else has none
CHOICES = (("chiller", "chiller_repair"), ("compressor", "compressor_service"))
