"""What became of a mutation, in both languages (PROTOCOL 5.6). {why} is the sentence of the problem behind it, if any."""

PARKED: dict[str, dict[str, str]] = {
    "superseded": {"en": "{why} It is kept on the server, nothing is lost.", "zh-CN": "{why}已存在服务器，没有丢。"},
    "needs_fix": {"en": "{why} It is kept on the server; correct it or hand it to the office.",
                  "zh-CN": "{why}已存在服务器，可以修改，或交给派工台处理。"},
    "not_allowed": {"en": "You may not do this any more. It is kept on the server; the office decides.",
                    "zh-CN": "您目前无权执行此操作。已存在服务器，由派工台处理。"},
    "held": {"en": "It waits for an earlier entry that needs attention. It is kept on the server.",
             "zh-CN": "在等前面一条需要处理的内容。已存在服务器。"},
    "needs_newer_server": {"en": "The server has to be updated first; then it applies by itself. It is kept there.",
                           "zh-CN": "需要先升级服务器，之后会自动生效。已存在服务器。"},
    "malformed": {"en": "It could not be read, but it is kept on the server as it came. Tell the office.",
                  "zh-CN": "内容无法读取，但已原样存在服务器，请告知派工台。"},
    "failed": {"en": "The server could not process it and will try again. It is kept there.",
               "zh-CN": "服务器暂时无法处理，会再试。已存在服务器。"},
    "draft": {"en": "Typed on a device but not handed in before it was closed. Read it, and enter what counts.",
              "zh-CN": "在设备上写了但没有提交，设备随后被关闭。请查看，并补录需要的内容。"},
    "unproven": {"en": "Handed in without a proof of whose it is. Read it, and enter what counts.",
                 "zh-CN": "无法证实是谁提交的。请查看，并补录需要的内容。"},
    "sealed": {"en": "Handed in from a device whose user could not log in. The office decides.",
               "zh-CN": "来自无法登录的设备，由派工台处理。"},
}  # fmt: skip
SETTLED: dict[str, dict[str, str]] = {
    "merged": {"en": "Someone else changed this too; both were put together.", "zh-CN": "他人也改过这里，两边已合并保留。"},
    "clash": {"en": "Someone else entered another value. Choose which is right.", "zh-CN": "他人填了不同的值，请选择哪个正确。"},
    "applied_late": {"en": "Added in its place; others had gone on meanwhile.", "zh-CN": "已补记，期间他人已有后续操作。"},
    "dismissed": {"en": "The office closed this entry without applying it.", "zh-CN": "派工台已关闭这条内容，未生效。"},
    "already_done": {"en": "This had been done already.", "zh-CN": "之前已经做过。"},
}  # fmt: skip
