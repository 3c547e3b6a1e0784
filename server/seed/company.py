"""The demo company as data: a maker of chillers and compressors in east China. Keys are only for references inside this file."""

from __future__ import annotations

from typing import Any

ORGANISATION = {
    "name": "恒冷机电服务 Henleng Service",
    "zone": "Asia/Shanghai",
    "locale": "zh-CN",
    "phone": "0512-6288 4400",
}
PASSWORD = "callout-demo"  # noqa: S105 - printed at every start of a demo
REGIONS = {
    "east": {"en": "East China", "zh-CN": "华东"},
    "suzhou": {"en": "Suzhou", "zh-CN": "苏州"},
    "kunshan": {"en": "Kunshan", "zh-CN": "昆山"},
}
PARENTS = {"suzhou": "east", "kunshan": "east"}
TEAMS = {
    "chillers": ("suzhou", {"en": "Suzhou 1 · chillers", "zh-CN": "苏州一组 · 冷水机"}),
    "compressors": ("kunshan", {"en": "Kunshan 2 · compressors", "zh-CN": "昆山二组 · 空压机"}),
}
# login: name, given name, language, role, team, home
USERS: dict[str, tuple[str, str, str, str, str | None, tuple[float, float] | None]] = {
    "asha": ("Asha Lin 林若夏", "Asha", "zh-CN", "dispatcher", None, None),
    "ben": ("Ben Zhou 周本", "Ben", "zh-CN", "engineer", "chillers", (31.3180, 120.6190)),
    "mei": ("Mei Gu 顾梅", "Mei", "zh-CN", "manager", None, None),
    "lina": ("李娜 Li Na", "李娜", "zh-CN", "engineer", "chillers", (31.2720, 120.7350)),
    "haibo": ("王海波 Wang Haibo", "海波", "zh-CN", "engineer", "compressors", (31.3850, 120.9810)),
    "emma": ("Emma Clarke", "Emma", "en", "engineer", "compressors", (31.3300, 120.5900)),
    "qin": ("秦卫 Qin Wei", "秦卫", "zh-CN", "supervisor", "chillers", None),
}
LINES = {
    "chiller": {"en": "Chillers", "zh-CN": "冷水机"},
    "compressor": {"en": "Air compressors", "zh-CN": "空压机"},
    "dryer": {"en": "Dryers", "zh-CN": "吸干机"},
}
PRODUCTS = {
    "CH-200": ("chiller", {"en": "Air-cooled screw chiller", "zh-CN": "风冷螺杆冷水机"}),
    "CH-350": ("chiller", {"en": "Centrifugal chiller", "zh-CN": "离心式冷水机"}),
    "SA-75": ("compressor", {"en": "Screw compressor 75 kW", "zh-CN": "螺杆空压机 75 kW"}),
    "SA-37V": ("compressor", {"en": "Variable-speed compressor 37 kW", "zh-CN": "变频空压机 37 kW"}),
    "AD-30": ("dryer", {"en": "Adsorption dryer", "zh-CN": "吸附式干燥机"}),
}
# key: name, short, language, region, contact (name, title, phone), site (name, address, lat, lon, access)
CUSTOMERS: dict[str, dict[str, Any]] = {
    "hongyuan": {"name": "昆山宏远精密制造有限公司", "short": "昆山宏远精密", "rank": "VIP", "locale": "zh-CN", "region": "kunshan",
                 "contact": ("周建国", "设备科长", "138 0621 4477"),
                 "site": ("2 号厂房 B1 冷冻机房", "江苏省昆山市长江南路 888 号", 31.3560, 120.9580,
                          "南门换访客证，安全帽和劳保鞋必带。B1 门禁打值班室 8032；机房内无信号。")},
    "xinghai": {"name": "苏州星海医院", "short": "星海医院", "rank": "VIP", "locale": "zh-CN", "region": "suzhou",
                "contact": ("陈晓岚", "后勤主任", "139 1350 2216"),
                "site": ("B2 冷站", "苏州工业园区街 8 号", 31.3210, 120.7240, "地下车库 B2 走货梯，先到总务处登记。")},
    "jinglan": {"name": "苏州晶澜光电有限公司", "short": "晶澜光电", "rank": None, "locale": "zh-CN", "region": "suzhou",
                "contact": ("吴敏", "厂务工程师", "137 7188 0930"),
                "site": ("动力站", "苏州高新区科灵路 37 号", 31.3350, 120.4310, "进洁净区前更衣，动力站在 C 栋后面。")},
    "hefeng": {"name": "禾丰食品（苏州）有限公司", "short": "禾丰食品", "rank": None, "locale": "zh-CN", "region": "suzhou",
               "contact": ("赵磊", "设备主管", "136 1628 7742"),
               "site": ("制冷车间", "苏州相城区春申湖路 206 号", 31.3980, 120.6350, "食品区禁止佩戴首饰，穿鞋套。")},
    "northway": {"name": "Northway Precision (Suzhou) Co., Ltd.", "short": "Northway Precision", "rank": None, "locale": "en", "region": "suzhou",
                 "contact": ("Cora Hughes", "Facility manager", "133 4560 1928"),
                 "site": ("Plant 1 compressor room", "45 Suhong East Road, Suzhou Industrial Park", 31.3040, 120.7660,
                          "Report to the guard house. No signal in the compressor room.")},
    "jinrong": {"name": "吴江锦荣纺织有限公司", "short": "锦荣纺织", "rank": None, "locale": "zh-CN", "region": "suzhou",
                "contact": ("沈洁", "车间主任", "135 0162 5583"),
                "site": ("空压站", "苏州市吴江区盛泽镇南环路 1 号", 30.9040, 120.6590, "走西门，夜班保安有钥匙。")},
}  # fmt: skip
# serial: product, customer, label, installed
ASSETS: dict[str, tuple[str, str, str, str]] = {
    "CH204187": ("CH-200", "hongyuan", "2# 冷水机", "2023-09-12"),
    "CH204817": ("CH-350", "xinghai", "1# 离心机", "2022-05-30"),
    "SA117745": ("SA-75", "jinglan", "A 线空压机", "2021-11-08"),
    "CH202256": ("CH-200", "hefeng", "冷库 1# 机", "2020-03-17"),
    "SA118302": ("SA-37V", "northway", "Line 2 compressor", "2024-01-22"),
    "AD050217": ("AD-30", "jinrong", "1# 吸干机", "2022-08-01"),
}
# customer, serial, type, summary, description, priority, engineer, start hour, state to reach
ORDERS: list[tuple[str, str, str, str, str, str, str | None, float | None]] = [
    ("hongyuan", "CH204187", "repair", "高压报警停机", "频繁高压报警后停机，产线在等冷水。", "P1", "ben", 9.5),
    ("jinglan", "SA117745", "repair", "排气温度高", "排气温度 108 °C，运行半小时后报警。", "P2", "ben", 13.0),
    (
        "northway",
        "SA118302",
        "repair",
        "Compressor trips on overload",
        "Trips after about ten minutes, three times since this morning.",
        "P2",
        "ben",
        15.0,
    ),
    ("jinrong", "AD050217", "maintenance", "半年保养", "按保养清单执行，露点偏高请一并检查。", "P3", "ben", 16.5),
    ("xinghai", "CH204817", "repair", "离心机喘振停机", "启动十分钟后喘振停机，医院要求今天处理。", "P1", None, None),
    ("hefeng", "CH202256", "maintenance", "季度保养", "季度保养，换油滤。", "P3", "lina", 10.0),
    ("jinglan", "SA117745", "repair", "加载阀卡滞", "加载后压力上不去。", "P2", None, None),
    ("northway", "SA118302", "maintenance", "Replace air filter", "Filter indicator is red.", "P3", None, None),
    ("hefeng", "CH202256", "repair", "出水温度偏高", "设定 7 °C，实际 11 °C。", "P2", None, None),
    ("jinrong", "AD050217", "repair", "露点高，压缩空气带水", "下游气动阀进水。", "P3", None, None),
]
