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
    Fault(
        "storage_unreachable",
        503,
        "later",
        "The file storage does not answer. Nothing was lost; it is tried again.",
        "文件存储暂时无法访问。没有内容丢失，稍后会重试。",
    ),
    # why a file is not shown as a picture; it is kept for whoever sent it
    Fault(
        "picture_unknown",
        422,
        "never",
        "This is no picture that can be shown (JPEG, PNG, WebP or HEIC). It is kept; take the photo again, or attach it as a file.",
        "这不是可显示的图片（JPEG、PNG、WebP 或 HEIC）。原文件已保留，请重新拍照，或作为普通文件添加。",
    ),
    Fault(
        "picture_truncated",
        422,
        "never",
        "The picture breaks off before its end. What there is of it is kept; take the photo again.",
        "图片不完整。已有部分已保留，请重新拍照。",
    ),
    Fault(
        "picture_damaged",
        422,
        "never",
        "The picture is damaged and cannot be read. It is kept; take the photo again.",
        "图片已损坏，无法读取。原文件已保留，请重新拍照。",
    ),
    Fault(
        "picture_double",
        422,
        "never",
        "The file holds something else behind or inside the picture, so it is not shown to others. Take the photo again.",
        "文件中除图片外还含有其他内容，因此不向他人显示。请重新拍照。",
    ),
    Fault(
        "picture_too_large",
        422,
        "never",
        "The picture has more than 60 million points. It is kept; take it with a smaller setting.",
        "图片超过六千万像素。原文件已保留，请用较小的尺寸重拍。",
    ),
    Fault(
        "picture_too_hard",
        422,
        "never",
        "The picture takes too much memory or time to read, so it is not shown. Take the photo again.",
        "读取这张图片占用的内存或时间过多，因此不显示。请重新拍照。",
    ),
    Fault(
        "picture_missing",
        410,
        "never",
        "The bytes of this picture are not in the file storage any more. The record of it is kept; take the photo again, or ask an "
        "administrator to put the files back from a backup.",
        "文件存储中已找不到这张图片的数据。记录仍保留；请重新拍照，或请管理员从备份恢复文件。",
    ),
    Fault(
        "heic_unreadable",
        422,
        "never",
        "This server cannot read HEIC pictures. It is kept; an administrator can add the part callout[heif], "
        "or the phone can be set to take JPEG.",
        "本服务器无法读取 HEIC 图片。原文件已保留；可请管理员安装组件 callout[heif]，或将手机设为拍摄 JPEG。",
    ),
)


class MediaError(Exception):
    """Raised by this library; `params` fill the sentence."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.headers = dict(headers or {})
