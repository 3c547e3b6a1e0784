"""Each channel against a true peer: what arrives is read as its recipient reads it; what a peer's no, silence or end comes to."""

from __future__ import annotations

import ipaddress
import json
import queue
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric import ec

from server.core import keys
from server.core.config import Settings, read_settings
from server.core.outward import NotOutside, Outward
from server.notices import vapid
from server.notices.channels import Accepted, Message, Refused, Retry, Unknown
from server.notices.channels.sms import keeping, parts
from server.notices.channels.sms.channel import Sms
from server.notices.channels.sms.receipts import Receipt
from server.notices.channels.smtp import Mail
from server.notices.channels.webpush import WebPush, payload
from tests.live import free_port
from tests.peers import mail_server
from tests.peers.mail_server import MailServer
from tests.peers.push_service import PushService
from tests.peers.smsc import Smsc

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
KEY = "01939e7e-0000-7000-8000-000000000001"
MESSAGE = Message(
    KEY, "", "zh-CN", "恒冷：已处理完成", "【恒冷】已处理完成", "点开查看结果", "https://x/p/1", "high", 3600
)
CHINESE = (
    "【恒冷机电】您报修的“冷凝器高压报警”已由工程师晓燕处理完成，冷凝器被柳絮堵住，已清洗并换上新的风扇轴承，高压降到正常，机组运行平稳。"
    * 3
)


def settings(**more: str) -> Settings:
    return read_settings({"CALLOUT_DATA_DIR": "/nowhere", **more})


@pytest.fixture
def push(tmp_path: Path) -> Iterator[tuple[PushService, WebPush]]:
    keys.store(tmp_path, vapid.FILE, ec.generate_private_key(ec.SECP256R1()))
    with PushService() as service:
        yield service, WebPush(lambda: vapid.held(tmp_path), "mailto:it@example.com", Outward(LOOPBACK, timeout=0.5))
        assert service.faults == []


def to(service: PushService, browser: Any) -> Message:
    return replace(MESSAGE, address=json.dumps(service.subscription(browser)))


def test_a_push_is_opened_by_the_browser_it_is_for(push: tuple[PushService, WebPush]) -> None:
    service, channel = push
    ben = service.browser()
    assert channel.send(to(service, ben)) == Accepted(f"{ben.path}/message")
    told = {"title": MESSAGE.subject, "body": MESSAGE.short, "tag": KEY, "url": MESSAGE.link, "lang": "zh-CN"}
    assert ben.got == [told]
    (headers,) = ben.headers
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == ("3600", "high", KEY.replace("-", ""))
    assert len(headers["Topic"]) <= 32


def test_how_long_one_push_lasts_says_nothing_of_the_next(push: tuple[PushService, WebPush]) -> None:
    """The package keeps the ttl of a call for all later ones, and takes 0 for none given."""
    service, channel = push
    ben = service.browser()
    for seconds in (60, 0, 3600):
        channel.send(replace(to(service, ben), lasts_seconds=seconds))
    assert [one["TTL"] for one in ben.headers] == ["60", "0", "3600"]


@pytest.mark.parametrize(
    ("status", "headers", "answer"),
    [
        (404, {}, Refused("gone")),
        (410, {}, Refused("gone")),
        (413, {}, Refused("push_413")),
        (429, {"Retry-After": "120"}, Retry(120.0, "push service answered 429")),
        (503, {"Retry-After": "99999"}, Retry(3600.0, "push service answered 503")),
        (500, {"Retry-After": "soon"}, Retry(None, "push service answered 500")),
        (301, {"Location": "http://127.0.0.1/inside"}, Refused("push_301")),
    ],
)
def test_what_a_push_service_answers(
    push: tuple[PushService, WebPush], status: int, headers: dict[str, str], answer: Refused | Retry
) -> None:
    service, channel = push
    ben = service.browser()
    ben.answers = [(status, headers)]
    assert channel.send(to(service, ben)) == answer
    assert ben.got == []


def test_a_push_service_that_hangs_or_is_not_there_is_asked_again(push: tuple[PushService, WebPush]) -> None:
    service, channel = push
    ben = service.browser()
    ben.hangs = True
    assert isinstance(channel.send(to(service, ben)), Retry)
    nowhere = json.dumps({**service.subscription(ben), "endpoint": f"http://127.0.0.1:{free_port()}/x"})
    assert isinstance(channel.send(replace(MESSAGE, address=nowhere)), Retry)


def test_a_long_text_is_cut_so_that_a_browser_can_open_it(push: tuple[PushService, WebPush]) -> None:
    service, channel = push
    ben = service.browser()
    channel.send(replace(to(service, ben), short="长" * 5000))
    assert ben.got[0]["title"] == MESSAGE.subject
    assert ben.got[0]["body"] in "长" * 5000
    assert len(payload(replace(MESSAGE, subject="长" * 5000, short="长" * 5000))) <= 3800


def test_a_worker_without_the_key_leaves_pushes_to_one_that_has_it(tmp_path: Path) -> None:
    channel = WebPush(lambda: vapid.held(tmp_path), "mailto:it@example.com", Outward(LOOPBACK))
    assert isinstance(channel.send(replace(MESSAGE, address="{}")), Retry)


INSIDE = [
    "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/", "https://192.168.1.1/", "https://172.16.0.9/", "https://169.254.169.254/x",
    "https://[::1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://0.0.0.0/", "https://0/", "https://2130706433/", "https://0x7f.1/",
    "https://017700000001/", "https://100.64.0.1/", "https://224.0.0.1/", "https://255.255.255.255/", "https://[::]/", "https://127.1/",
    "https://user@example.com/", "https://user:pw@127.0.0.1/", "http://example.com/", "ftp://example.com/", "file:///etc/passwd",
    "https:///x", "https://", "", "javascript:alert(1)", "https://example.com:0/", "https://example.com:99999/",
    "https://[fec0::1]/", "https://[64:ff9b:1::7f00:1]/", "https://[64:ff9b:1::a00:1]/", "https://[::127.0.0.1]/", "https://[::10.0.0.1]/",
    "https://[::ffff:0:10.0.0.1]/", "https://[::ffff:0:127.0.0.1]/", "https://240.0.0.1/", "https://[4000::1]/",
    "https://exa mple.com/", "https://example.com/\r\nX: y", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_is_ever_asked(url: str) -> None:
    """The test world fails on any connection but loopback, and none of these may get as far as a connection."""
    connected: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", lambda *args, **_more: connected.append(args))
        with pytest.raises((NotOutside, OSError)):
            Outward(timeout=0.5).post(url, b"", {})
    assert connected == []


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1]", "[64:ff9b::808:808]"])
def test_what_is_outside_stays_usable(host: str) -> None:
    Outward().check(f"https://{host}/x")
    Outward(LOOPBACK).check("http://[::1]:8080/x")
    with pytest.raises(NotOutside):
        Outward().check("http://[::1]:8080/x")


def test_a_name_is_asked_once_and_every_address_behind_it_must_be_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad address among good ones is a trap, and a name that answers otherwise the second time gains nothing."""
    answers = [["93.184.216.34", "10.0.0.1"], ["93.184.216.34"], ["127.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int, **_more: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[len(asked) - 1]]

    connected: list[str] = []

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        connected.append(address[0])
        raise OSError("no further")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotOutside):
        Outward().post("https://push.example.com/x", b"", {})
    with pytest.raises(OSError, match="no further"):
        Outward().post("https://push.example.com/x", b"", {})
    assert (connected, len(asked)) == (["93.184.216.34"], 2)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[tuple[MailServer, Mail]]:
    server_tls, client_tls = mail_server.certificate(tmp_path)
    with MailServer(server_tls, free_port()) as server:
        yield server, Mail(_mail_settings(server.port), client_tls, timeout=2)


def _mail_settings(port: int, **more: str) -> Settings:
    return settings(
        CALLOUT_SMTP_HOST="localhost", CALLOUT_SMTP_PORT=str(port), CALLOUT_SMTP_LOGIN=mail_server.LOGIN,
        CALLOUT_SMTP_PASSWORD=mail_server.PASSWORD, CALLOUT_SMTP_FROM="service@henleng.example", **more,
    )  # fmt: skip


LETTER = replace(MESSAGE, address="cora@northway.example", subject="恒冷：已处理\r\nBcc: dev@example.com")


def test_a_letter_arrives_over_tls_with_a_login_and_its_own_id(mail: tuple[MailServer, Mail]) -> None:
    server, channel = mail
    assert channel.send(LETTER) == Accepted(KEY)
    (letter,) = server.letters
    assert (letter["To"], letter["From"]) == ("cora@northway.example", "service@henleng.example")
    assert letter["Subject"] == "恒冷：已处理 Bcc: dev@example.com"
    assert letter["Bcc"] is None
    assert letter["Message-ID"] == f"<{KEY}@henleng.example>"
    assert letter.get_content().strip() == MESSAGE.body


def test_what_a_mail_server_answers(mail: tuple[MailServer, Mail]) -> None:
    server, channel = mail
    server.answers = ["451 try later", "554 no"]
    assert isinstance(channel.send(LETTER), Retry)
    assert channel.send(LETTER) == Refused("mail_refused")
    server.refused.add("cora@northway.example")
    assert channel.send(LETTER) == Refused("address_refused")
    assert channel.send(replace(LETTER, address="no address\n")) == Refused("address_unusable")


@pytest.mark.parametrize("answer", ["", "421 too busy to say goodbye"])
def test_what_is_said_at_the_goodbye_does_not_matter(
    mail: tuple[MailServer, Mail], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Finding: the letter had been taken, QUIT was answered badly or not at all, and it was sent again."""
    server, channel = mail

    async def goodbye(protocol: SMTP, _words: str) -> None:
        if answer:
            await protocol.push(answer)
        assert protocol.transport is not None
        protocol.transport.close()

    monkeypatch.setattr(SMTP, "smtp_QUIT", goodbye)
    assert channel.send(LETTER) == Accepted(KEY)
    assert len(server.letters) == 1
    server.answers = ["554 no"]
    assert channel.send(LETTER) == Refused("mail_refused")


def test_a_wrong_login_or_a_server_that_is_down_loses_no_letter(mail: tuple[MailServer, Mail], tmp_path: Path) -> None:
    server, _channel = mail
    _server_tls, client_tls = mail_server.certificate(tmp_path)
    wrong = replace(_mail_settings(server.port), smtp_password="wrong")
    assert isinstance(Mail(wrong, client_tls, timeout=2).send(LETTER), Retry)
    down = Mail(_mail_settings(free_port()), client_tls, timeout=2)
    assert isinstance(down.send(LETTER), Retry)
    # this certificate is not of whom it trusts: no password is said
    assert isinstance(Mail(_mail_settings(server.port), timeout=2).send(LETTER), Retry)


@pytest.fixture
def carrier() -> Iterator[tuple[Smsc, Sms, list[Receipt]]]:
    told: list[Receipt] = []
    with Smsc() as made:
        channel = Sms(settings(**made.settings()), told.append, timeout=1.0)
        yield made, channel, told
        channel.close()


SHORT = replace(MESSAGE, address="+86 138-0000-0001", body="On my way")


def test_three_parts_of_chinese_are_one_message_with_receipts(carrier: tuple[Smsc, Sms, list[Receipt]]) -> None:
    peer, channel, told = carrier
    answer = channel.send(replace(SHORT, body=CHINESE))
    assert isinstance(answer, Accepted)
    message = peer.wait_for("message")
    assert (message["text"], message["to"], message["from"]) == (CHINESE, "8613800000001", "10690000")
    assert (message["coding"], message["receipt"], len(message["ids"])) == (8, 1, 3)
    assert answer.parts == tuple(message["ids"])
    peer.tell(receipt={"id": answer.parts[0], "stat": "DELIVRD"})
    peer.tell(receipt={"id": answer.parts[1], "stat": "UNDELIV", "form": "tlv"})
    peer.tell(receipt={"id": answer.parts[2], "stat": "ENROUTE"})
    assert [peer.wait_for("acknowledged")["status"] for _ in range(3)] == [0, 0, 0]
    assert [(one.provider_id, one.fate) for one in told] == [
        (answer.parts[0], "delivered"), (answer.parts[1], "failed"), (answer.parts[2], None),
    ]  # fmt: skip


def test_plain_english_goes_in_one_part(carrier: tuple[Smsc, Sms, list[Receipt]]) -> None:
    peer, channel, _told = carrier
    assert channel.send(SHORT) == Accepted("m1", ("m1",))
    message = peer.wait_for("message")
    assert (message["text"], message["coding"]) == ("On my way", 0)


def test_what_a_carrier_answers(carrier: tuple[Smsc, Sms, list[Receipt]]) -> None:
    """Its own no is a no; silence, or a line that breaks in the middle, is not: it may have left."""
    peer, channel, _told = carrier
    peer.tell(script=["throttle", "full", "refuse", "twice", "accept", "hang", "drop", "accept"])
    assert isinstance(channel.send(SHORT), Retry)
    assert isinstance(channel.send(SHORT), Retry)
    assert channel.send(SHORT) == Refused("smsc_000b")
    assert channel.send(SHORT) == Accepted("m1", ("m1",))  # an answer that comes twice is one
    assert channel.send(SHORT) == Accepted("m2", ("m2",))
    assert channel.send(SHORT) == Unknown("no_answer")
    assert channel.send(SHORT) == Unknown("no_answer")
    assert channel.send(SHORT) == Accepted("m5", ("m5",))  # over a new line
    assert len(peer.of("bound")) == 2


def test_a_part_that_is_refused_after_others_leaves_it_unclear(carrier: tuple[Smsc, Sms, list[Receipt]]) -> None:
    peer, channel, _told = carrier
    peer.tell(script=["accept", "throttle"])
    assert channel.send(replace(SHORT, body=CHINESE)) == Unknown("partly_sent")


def test_a_carrier_that_is_down_or_refuses_the_login_has_got_nothing() -> None:
    down = settings(**Smsc().settings() | {"CALLOUT_SMPP_PORT": str(free_port())})
    assert isinstance(Sms(down, print, timeout=1).send(SHORT), Retry)
    with Smsc() as peer:
        wrong = settings(**peer.settings() | {"CALLOUT_SMPP_PASSWORD": "wrong"})
        answer = Sms(wrong, print, timeout=1).send(SHORT)
        assert isinstance(answer, Retry)
        assert "wrong" not in answer.reason
        assert peer.of("submit") == []


def test_a_receipt_that_cannot_be_stored_is_not_acknowledged() -> None:
    def fail(_receipt: Receipt) -> None:
        raise OSError("disk full")

    with Smsc() as peer:
        channel = Sms(settings(**peer.settings()), fail, timeout=1)
        channel.send(SHORT)
        peer.tell(receipt={"id": "m1", "stat": "DELIVRD"})
        assert peer.wait_for("acknowledged")["status"] == 8
        channel.close()


def test_a_database_that_is_locked_keeps_nobody_from_sending() -> None:
    """Finding: receipts were stored by the thread that reads the line, so the answer to an SMS was not heard and it became unclear."""
    is_free = threading.Event()
    told: list[Receipt] = []

    def store(receipt: Receipt) -> None:
        assert is_free.wait(30)
        told.append(receipt)

    with Smsc() as peer:
        channel = Sms(settings(**peer.settings()), store, timeout=2)
        assert channel.send(SHORT) == Accepted("m1", ("m1",))
        peer.tell(receipt={"id": "m1", "stat": "DELIVRD"})
        assert channel.send(SHORT) == Accepted("m2", ("m2",))
        assert (peer.of("acknowledged"), told) == ([], [])
        is_free.set()
        assert peer.wait_for("acknowledged")["status"] == 0
        assert [(one.provider_id, one.fate) for one in told] == [("m1", "delivered")]
        channel.close()


def test_a_receipt_that_cannot_be_stored_now_is_stored_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the carrier, told that it could not, never sends it again; another one is not held up by it."""
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.05)
    tries: list[str] = []
    told: queue.Queue[str] = queue.Queue()

    def store(receipt: Receipt) -> None:
        tries.append(receipt.provider_id)
        if receipt.provider_id == "m1" and tries.count("m1") < 6:
            raise OSError("disk full")
        told.put(receipt.provider_id)

    with Smsc() as peer:
        channel = Sms(settings(**peer.settings()), store, timeout=0.2)
        channel.listen()
        peer.tell(receipt={"id": "m1", "stat": "DELIVRD"})
        peer.tell(receipt={"id": "m2", "stat": "DELIVRD"})
        assert [told.get(timeout=30), told.get(timeout=30)] == ["m2", "m1"]
        assert sorted(peer.wait_for("acknowledged")["status"] for _ in range(2)) == [0, 8]
        channel.close()


def test_a_number_that_is_none_is_refused(carrier: tuple[Smsc, Sms, list[Receipt]]) -> None:
    _peer, channel, _told = carrier
    assert channel.send(replace(SHORT, address="ask at the gate")) == Refused("number_unusable")


def test_parts_never_cut_a_character_in_two() -> None:
    for start in range(3):
        made = parts.cut("字" * (66 + start) + "😀" * 80, "key")
        for one in made:
            one.data[6:].decode("utf-16-be")
            assert len(one.data) <= 140
    assert b"".join(one.data[6:] for one in made).decode("utf-16-be") == "字" * 68 + "😀" * 80
    assert len(parts.cut("长" * 5000, "key")) <= parts.MOST_PARTS
    assert parts.cut("x" * 160, "key")[0].data == b"x" * 160
