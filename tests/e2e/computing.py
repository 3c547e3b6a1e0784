"""A form that computes, for stories: conditions, a warning, fixed and free rows, a calc over them, choices under choices, a moment."""

from __future__ import annotations

from typing import Any


def _words(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-CN": zh}


def _field(field_id: str, kind: str, en: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"id": field_id, "type": kind, "label": _words(en, zh), **more}


def _get(path: str) -> list[Any]:
    return ["get", path]


def _ast(*ast: Any) -> dict[str, Any]:
    return {"ast": list(ast)}


FAILED = ["==", _get("row.res"), "ng"]
LISTS = {
    "okng": [
        {"v": "ok", "l": _words("OK", "正常"), "tone": "ok"},
        {"v": "ng", "l": _words("Not OK", "异常"), "tone": "bad"},
    ],
    "circuits": [{"v": "water", "l": _words("Water", "水路")}, {"v": "gas", "l": _words("Refrigerant", "制冷剂回路")}],
    "faults": [
        {"v": "leak", "l": _words("Leak", "泄漏")},
        {"v": "scale", "l": _words("Scale", "水垢"), "of": ["water"]},
        {"v": "charge", "l": _words("Too little charge", "充注不足"), "of": ["gas"]},
    ],
}
ARRIVAL = [
    _field("hello", "note", "Switch off before you open the panel.", "打开面板前请先断电。"),
    _field("serial", "scan", "Serial number", "序列号", required=True, default=_ast("get", "asset.serial")),
    _field("arrived", "datetime", "Machine stopped at", "停机时间", max=_ast("get", "now")),
    _field(
        "pressure", "number", "High side pressure", "高压侧压力", unit={"code": "kPa"}, required=True, min=0,
        rules=[{
            "id": "high", "level": "warning", "must": {"ast": ["<", _get("pressure"), 2500]},
            "msg": _words("Higher than is usual: 2,500 kPa.", "高于常见值 2,500 kPa。"),
        }],
    ),
]  # fmt: skip
CHECKS = _field(
    "checks", "repeat", "Checks", "检查", rows="fixed", seed=[{"item": "Fan"}, {"item": "Belt"}],
    items=[
        _field("item", "text", "Part", "部位"),
        _field("res", "select", "Result", "结果", list="okng", required=True),
        _field("remark", "text", "What is wrong?", "有什么问题？", visible={"ast": FAILED}, required=True),
        _field("pic", "photo", "Photo of it", "照片", min=_ast("if", FAILED, 1, 0), visible={"ast": FAILED}),
    ],
)  # fmt: skip
PARTS = [
    _field(
        "parts", "repeat", "Parts", "备件",
        items=[
            _field("part", "text", "Part", "名称", required=True),
            _field("qty", "number", "Quantity", "数量", default=1, min=1),
            _field("price", "number", "Price", "单价", decimals=2),
            _field("line", "calc", "Line", "小计", decimals=2, calc=_ast("*", _get("row.qty"), _get("row.price"))),
        ],
    ),
    _field("total", "calc", "Total", "合计", decimals=2, unit={"code": "CNY"}, calc=_ast("sum", _get("parts.line"))),
]  # fmt: skip
ITEMS: list[dict[str, Any]] = [
    {"id": "arrival", "type": "section", "label": _words("Arrival", "到场"), "items": ARRIVAL},
    {
        "id": "found", "type": "section", "label": _words("What was found", "现场情况"),
        "items": [
            CHECKS,
            _field("bad", "calc", "Checks that failed", "异常项数", calc=_ast("countif", _get("checks.res"), "ng")),
            _field("circuit", "select", "Circuit", "回路", list="circuits", visible=_ast(">", _get("bad"), 0)),
            _field("fault", "select", "Fault", "故障", list="faults", parent="circuit", visible=_ast(">", _get("bad"), 0), required=True),
        ],
    },
    {"id": "costs", "type": "section", "label": _words("Parts and costs", "备件与费用"), "items": PARTS, "visible": _ast(">", _get("bad"), 0)},
    {
        "id": "end", "type": "section", "label": _words("Signature", "签字"),
        "items": [_field("sign", "signature", "Customer's signature", "客户签字", required=True, binds="answers_sha256")],
    },
]  # fmt: skip


def definition(key: str) -> dict[str, Any]:
    """The whole of it, in both languages."""
    return {
        "$fmt": "callout-form/1", "key": key, "locales": ["zh-CN", "en"], "default_locale": "zh-CN",
        "title": _words("Chiller repair", "冷水机维修单"), "lists": LISTS, "items": ITEMS,
    }  # fmt: skip
