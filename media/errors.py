"""The failures of uploads; the host turns them into problem+json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One failure with its sentences."""

    code: str
    status: int
    retry: str
    en: str
    zh: str


FAULTS = (
    Fault("offset_mismatch", 409, "now", "The upload goes on from byte {offset}.", "上传将从第 {offset} 字节继续。"),
    Fault(
        "hash_mismatch",
        422,
        "now",
        "The file was damaged on the way. It is sent again.",
        "文件在传输中损坏，将重新发送。",
    ),
    Fault(
        "upload_cut",
        400,
        "now",
        "The connection was cut. What had arrived is kept; the upload goes on from there.",
        "连接中断。已收到的部分已保存，上传将从断点继续。",
    ),
)


class MediaError(Exception):
    """Raised by this library; `params` fill the sentence."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.headers = dict(headers or {})
