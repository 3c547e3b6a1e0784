"""`/install`: how a phone gets the app. QR code of this server, steps for iPhone and Android, the certificate of `--lan`."""

from __future__ import annotations

import io
from html import escape
from urllib.parse import urlsplit

import segno
from flask import Flask, Response, request

from server.core import locales
from server.core.errors import Problem
from server.core.http import settings

LAN_CERTIFICATE = "lan-authority.crt"
HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - only compared with
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Put Callout on your phone",
        "scan": "Scan this with the phone's camera, or open the address:",
        "here_only": "This address works on this computer only",
        "here_only_why": "A phone cannot open it. Stop the server, start it with “make run LAN=1”, and open this page again at the address it prints.",
        "trust": "First, once: trust this server",
        "trust_why": "This server made its own certificate so that camera, location and working offline are allowed.",
        "download": "Download the certificate",
        "trust_ios": "iPhone: open it in Safari, allow the profile, then Settings → General → VPN & Device Management → install it; "
        "then Settings → General → About → Certificate Trust Settings → switch it on.",
        "trust_android": "Android: Settings → Security → Encryption & credentials → Install a certificate → CA certificate → choose the file.",
        "ios": "iPhone and iPad (Safari)",
        "ios_1": "Open the address in Safari and log in.",
        "ios_2": "Tap Share (the square with the arrow).",
        "ios_3": "Choose “Add to Home Screen”, then “Add”.",
        "ios_4": "Start it from the Home Screen from now on: only there it keeps your work for days and may notify you.",
        "android": "Android (Chrome)",
        "android_1": "Open the address in Chrome and log in.",
        "android_2": "Tap “Install app” when it is offered, or the menu ⋮ → “Add to Home screen” → “Install”.",
        "android_3": "Start it from the Home screen from now on.",
        "open": "Open Callout here",
        "other": "中文",
    },
    "zh-CN": {
        "title": "把 Callout 装到手机上",
        "scan": "用手机相机扫码，或打开地址：",
        "here_only": "这个地址只能在本机打开",
        "here_only_why": "手机打不开它。请先停止服务，用 “make run LAN=1” 重新启动，再用启动后显示的地址打开本页。",
        "trust": "先做一次：信任本服务器",
        "trust_why": "本服务器使用自己签发的证书，这样才能使用相机、定位和离线功能。",
        "download": "下载证书",
        "trust_ios": "iPhone：用 Safari 打开证书并允许下载，然后 设置 → 通用 → VPN 与设备管理 → 安装；再到 设置 → 通用 → 关于本机 → 证书信任设置 → 打开开关。",
        "trust_android": "安卓：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书 → 选择该文件。",
        "ios": "iPhone 和 iPad（Safari）",
        "ios_1": "用 Safari 打开地址并登录。",
        "ios_2": "点“分享”（带箭头的方框）。",
        "ios_3": "选“添加到主屏幕”，再点“添加”。",
        "ios_4": "以后都从主屏幕打开：只有这样才能把您的内容保存多日，并给您发通知。",
        "android": "安卓（Chrome）",
        "android_1": "用 Chrome 打开地址并登录。",
        "android_2": "出现“安装应用”时点它，或点菜单 ⋮ →“添加到主屏幕”→“安装”。",
        "android_3": "以后都从主屏幕打开。",
        "open": "在这里打开 Callout",
        "other": "English",
    },
}  # fmt: skip
STYLE = """
:root{color-scheme:light dark;--bg:#f0f3f6;--card:#fff;--text:#0b1320;--muted:#4a5a6f;--line:#d8dee6;--accent:#0b7680;--on:#fff;--warn:#9a5b00}
@media (prefers-color-scheme:dark){:root{--bg:#0a111c;--card:#141e2d;--text:#eef2f6;--muted:#adb9c7;--line:#28364a;--accent:#45bcc5;--on:#04211f;--warn:#e0a43c}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);
font:16px/24px system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Noto Sans SC","Noto Sans CJK SC",sans-serif}
main{max-width:640px;margin:0 auto;padding:24px 20px 48px}header{display:flex;justify-content:space-between;align-items:center;gap:16px}
h1{font-size:28px;line-height:36px;margin:8px 0 20px;text-wrap:balance}h2{font-size:20px;line-height:28px;margin:0 0 8px}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin:0 0 16px}
.warn{border:2px solid var(--warn)}p{margin:0 0 12px}ol{margin:0;padding-left:24px}li{margin:0 0 8px}.muted{color:var(--muted)}
.qr{display:block;width:232px;height:232px;margin:12px auto;padding:16px;background:#fff;border-radius:10px}.qr svg{width:200px;height:200px;display:block}
.address{display:block;text-align:center;overflow-wrap:anywhere;font-weight:600;min-height:48px;padding:12px 0}
a{color:var(--accent)}.button{display:inline-block;background:var(--accent);color:var(--on);text-decoration:none;border-radius:14px;padding:16px 20px;font-weight:600}
.language{min-height:48px;padding:12px 0;display:inline-block}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:6px}
"""  # fmt: skip


def install(app: Flask) -> None:
    """Mount the page, its style and the certificate."""
    app.get("/install", endpoint="install_page")(_page)
    app.get("/install/style.css", endpoint="install_style")(
        lambda: Response(STYLE, content_type="text/css; charset=utf-8")
    )
    app.get("/install/authority.crt", endpoint="install_authority")(_authority)


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=0, dark="#0b1320", omitsize=True
    )
    return out.getvalue().decode()


def _list(words: dict[str, str], key: str, count: int) -> str:
    items = "".join(f"<li>{escape(words[f'{key}_{number}'])}</li>" for number in range(1, count + 1))
    return f"<section><h2>{escape(words[key])}</h2><ol>{items}</ol></section>"


def _page() -> Response:
    chosen = locales.choose(request.headers.get("Accept-Language", ""), request.args.get("locale"))
    words = WORDS[chosen]
    address = f"{settings().base_url}/app/"
    other = "en" if chosen == "zh-CN" else "zh-CN"
    has_certificate = (settings().data_dir / "keys" / LAN_CERTIFICATE).exists()
    # a code that no phone can open is worse than none: first how to get one that works
    is_here_only = urlsplit(address).hostname in HERE
    here_only = (
        f'<section class="warn"><h2>{escape(words["here_only"])}</h2><p>{escape(words["here_only_why"])}</p></section>'
        if is_here_only
        else ""
    )
    trust = (
        f"<section><h2>{escape(words['trust'])}</h2><p>{escape(words['trust_why'])}</p>"
        f'<p><a class="language" href="/install/authority.crt" download>{escape(words["download"])}</a></p>'
        f"<p>{escape(words['trust_ios'])}</p><p>{escape(words['trust_android'])}</p></section>"
        if has_certificate
        else ""
    )
    body = (
        f'<!doctype html><html lang="{chosen}"><head><meta charset="utf-8"><title>{escape(words["title"])}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/install/style.css"></head><body><main>'
        f'<header><strong>Callout 到场</strong><a class="language" href="?locale={other}" lang="{other}">{escape(words["other"])}</a></header>'
        f"<h1>{escape(words['title'])}</h1>{here_only}<section><p>{escape(words['scan'])}</p>"
        f'<div class="qr" role="img" aria-label="{escape(address)}">{_qr(address)}</div><a class="address" href="{escape(address)}">{escape(address)}</a></section>'
        f"{trust}{_list(words, 'ios', 4)}{_list(words, 'android', 3)}"
        f'<p><a class="button" href="/app/">{escape(words["open"])}</a></p></main></body></html>'
    )
    return Response(body, content_type="text/html; charset=utf-8")


def _authority() -> Response:
    path = settings().data_dir / "keys" / LAN_CERTIFICATE
    if not path.exists():
        raise Problem("not_found")
    return Response(path.read_bytes(), content_type="application/x-x509-ca-cert")
