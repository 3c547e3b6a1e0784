"""The failures of the protocol (PROTOCOL 2), each with its sentences. Wiring joins them to the server's catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One row of the table in PROTOCOL 2."""

    code: str
    status: int
    retry: str
    en: str
    zh: str


FAULTS = (
    Fault("line_corrupt", 400, "now", "Line {mid} was damaged on the way. It is sent again.", "第 {mid} 条在传输中损坏，将重新发送。"),
    Fault("mid_gap", 409, "now", "Number {expected} is missing. The client sends from there.", "缺少第 {expected} 条，将从那里开始发送。"),
    Fault("mid_reuse", 409, "never",
          "Number {mid} was used before for something else on this device. Nothing was lost; the device must register anew.",
          "本设备的第 {mid} 号已用于其他内容。没有内容丢失，设备需要重新登记。"),
    Fault("cookie_too_old", 410, "now", "This device was away for long. It fetches {channel} anew.", "本设备离线较久，将重新获取 {channel}。"),
    Fault("epoch_changed", 412, "now", "The server was restored from a backup. This device sends its newer work again.",
          "服务器已从备份恢复，本设备会重新发送较新的内容。"),
    Fault("protocol_unsupported", 426, "upgrade", "This app is too old for the server. Close and open it to update; unsent work is kept.",
          "应用版本过旧。请关闭后重新打开以更新，未发送的内容会保留。"),
    Fault("unavailable", 503, "later", "The server is busy. It is tried again by itself.", "服务器繁忙，稍后会自动重试。"),
)  # fmt: skip


class ProtocolError(Exception):
    """Raised by this library; the host turns it into a problem+json reply. `params` fill the sentence, `extra` goes on the wire."""

    def __init__(
        self,
        code: str,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


class Park(Exception):
    """A mutation that cannot be applied now: stored, visible, waiting (PROTOCOL 5.6)."""

    def __init__(self, code: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})
