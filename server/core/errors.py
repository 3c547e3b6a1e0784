"""The one error catalogue: every failure a person or a program can meet has a row here, in both languages.

A row is documentation: code, HTTP status, what a client should do, and the sentences. Features add rows with `declare`;
the catalogues of `sync` and `media` are joined by wiring. Not: how an error becomes a reply (http).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import ValidationError

Retry = Literal["now", "later", "reauth", "upgrade", "never"]


@dataclass(frozen=True)
class Kind:
    """One row: `sentence` maps a locale to text with {named} places filled from the problem's parameters."""

    code: str
    status: int
    retry: Retry
    sentence: Mapping[str, str]


def messages(error: ValidationError) -> dict[str, Any]:
    """What marshmallow found wrong, field by field."""
    found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left its types out here
    return found


class Problem(Exception):
    """A failure with a row in the catalogue; `params` fill the sentence, `fields` name single inputs, `extra` goes on the wire."""

    def __init__(
        self,
        code: str,
        *,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> None:
        self.kind = CATALOGUE[code]
        self.params = params
        self.fields = dict(fields or {})
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {self.sentence('en')}")

    @property
    def code(self) -> str:
        return self.kind.code

    def sentence(self, locale: str) -> str:
        """What happened and what to do, for a person."""
        return sentence(self.kind, locale, self.params)

    def as_json(self, locale: str) -> dict[str, Any]:
        """The body of a problem+json reply (RFC 9457) with our members."""
        text = self.sentence(locale)
        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": text,
            "status": self.kind.status,
            "detail": text,
            "code": self.code,
            "retry": self.kind.retry,
        }
        if self.fields:
            body["fields"] = self.fields
        return body | self.extra


CATALOGUE: dict[str, Kind] = {}


def declare(code: str, status: int, retry: Retry, *, en: str, zh: str) -> Kind:
    """Add a row; the same code twice is a mistake in the code."""
    if code in CATALOGUE:
        raise ValueError(f"error code {code} is declared twice")
    kind = Kind(code, status, retry, {"en": en, "zh-CN": zh})
    CATALOGUE[code] = kind
    return kind


def sentence(kind: Kind, locale: str, params: Mapping[str, Any]) -> str:
    """The sentence with its places filled; a parameter may itself be a locale map."""
    filled = {
        name: value.get(locale, value.get("en")) if isinstance(value, dict) else value for name, value in params.items()
    }
    return kind.sentence.get(locale, kind.sentence["en"]).format_map(filled)


def text_of(code: str, locale: str, **params: Any) -> str:
    """A sentence of the catalogue without raising it."""
    return sentence(CATALOGUE[code], locale, params)


declare(
    "not_found",
    404,
    "never",
    en="There is nothing at this address, or it is not yours to see.",
    zh="这里没有内容，或者您无权查看。",
)
declare(
    "method_not_allowed",
    405,
    "never",
    en="This address does not take that kind of request.",
    zh="这个地址不接受这种请求。",
)
declare(
    "input_invalid",
    422,
    "never",
    en="Some of what was entered does not fit. The marked fields say what to change.",
    zh="有些内容不符合要求，请修改标出的字段。",
)
declare(
    "body_malformed",
    400,
    "never",
    en="The request could not be read: it is not valid JSON of the expected shape.",
    zh="请求无法读取：不是有效的 JSON，或结构不对。",
)
declare("body_too_deep", 400, "never", en="The request is nested more than 32 levels deep.", zh="请求嵌套超过 32 层。")
declare(
    "body_too_large",
    413,
    "never",
    en="The request is larger than allowed. Send it in smaller parts.",
    zh="请求超过允许的大小，请分成小块发送。",
)
declare("unsupported_media_type", 415, "never", en="Send the request as {wanted}.", zh="请以 {wanted} 格式发送。")
declare(
    "login_needed",
    401,
    "reauth",
    en="Please log in. What is on this device stays there.",
    zh="请登录。本机上的内容都还在。",
)
declare(
    "login_wrong",
    401,
    "never",
    en="User name or password is not right. Check both and try again.",
    zh="用户名或密码不对，请核对后再试。",
)
declare(
    "login_locked",
    429,
    "later",
    en="Too many wrong passwords. Try again in {minutes} minutes, or ask an administrator to reset it.",
    zh="密码错误次数过多，请 {minutes} 分钟后再试，或请管理员重置密码。",
)
declare(
    "user_disabled",
    403,
    "never",
    en="This account has been switched off. Unsent work on this device is kept; ask an administrator.",
    zh="该账号已停用。本机未发送的内容仍然保留，请联系管理员。",
)
declare(
    "not_allowed",
    403,
    "never",
    en="Your role does not allow this ({permission}). An administrator can grant it.",
    zh="您的角色不允许此操作（{permission}），可请管理员授权。",
)
declare(
    "origin_refused",
    403,
    "never",
    en="This request came from another site and was refused.",
    zh="请求来自其他网站，已拒绝。",
)
declare(
    "too_many_requests",
    429,
    "later",
    en="Too many requests in a short time. Wait a moment and try again.",
    zh="短时间内请求太多，请稍后再试。",
)
declare(
    "idempotency_reuse",
    422,
    "never",
    en="This Idempotency-Key was used before for another request. Use a new key.",
    zh="这个 Idempotency-Key 已用于另一个请求，请换一个新的。",
)
declare(
    "version_conflict",
    409,
    "now",
    en="Someone changed this meanwhile. Here is the present state; your input is still on the screen.",
    zh="期间有人改动过。这是最新内容，您输入的内容还在屏幕上。",
)
declare(
    "already_there",
    409,
    "never",
    en="There is already something of this name or number. Choose another.",
    zh="同名或同编号的内容已存在，请换一个。",
)
declare(
    "reference_missing",
    422,
    "never",
    en="It names something that is not there (any more). Choose again.",
    zh="引用的内容不存在或已删除，请重新选择。",
)
declare(
    "database_busy",
    503,
    "later",
    en="The database is busy. Nothing was lost; it will be tried again in a moment.",
    zh="数据库正忙。没有内容丢失，稍后会自动重试。",
)
declare(
    "storage_full",
    507,
    "later",
    en="The server's disk is full. Nothing was stored; reading still works. An administrator has to free space.",
    zh="服务器磁盘已满，本次未能保存，仍可查看。请管理员清理空间。",
)
declare(
    "internal",
    500,
    "later",
    en="Something went wrong on the server; it has been logged under {reference}. Try again in a moment.",
    zh="服务器出错，已记录（编号 {reference}），请稍后再试。",
)
declare("command_unknown", 404, "never", en="There is no command called {name}.", zh="没有名为 {name} 的命令。")
