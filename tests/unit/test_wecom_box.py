"""The sealed box: the vendor's published samples, another implementation's messages, and everything that is neither."""

import base64
import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from channels.wecom.box import CallbackBox
from channels.wecom.markup import BODY_LIMIT, BadCallback, read, word
from channels.wecom.wire import EVENTS, MESSAGES, parse

TOKEN, KEY, CORP, AGENT = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7", 218


def other_seal(
    message: bytes, *, corp: str = CORP, padding: Callable[[int], bytes] | None = None, length: int | None = None
) -> str:
    """The cipher side of 加解密方案说明, written from that page and sharing nothing with the box."""
    key = base64.b64decode(KEY + "=")
    plain = os.urandom(16) + struct.pack(">I", len(message) if length is None else length) + message + corp.encode()
    fill = 32 - len(plain) % 32
    plain += padding(fill) if padding else bytes([fill]) * fill
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def signed(sealed: str, token: str = TOKEN) -> dict[str, str]:
    """The query that goes with a sealed message."""
    parts = sorted([token, "1700000000", "nonce", sealed])
    signature = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - the vendor's rule
    return {"msg_signature": signature, "timestamp": "1700000000", "nonce": "nonce"}


def envelope(sealed: str, agent: str = str(AGENT), corp: str = CORP) -> bytes:
    """The body that carries a sealed message."""
    return (
        f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><AgentID><![CDATA[{agent}]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()


def text_message(content: str = "三楼漏水", agent: int = AGENT) -> bytes:
    """A plain text message (接收消息: 文本消息)."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>"
        f"<CreateTime>1348831860</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"
        f"<MsgId>1234567890123456</MsgId><AgentID>{agent}</AgentID></xml>"
    ).encode()


@pytest.fixture
def box() -> CallbackBox:
    return CallbackBox(TOKEN, KEY, CORP, AGENT)


SECOND = ("hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo", "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt", "ww1436e0e65a779aee")
PUBLISHED = json.loads((Path(__file__).parents[1] / "recordings" / "wecom" / "sealed.json").read_text())


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_message_is_opened(name: str) -> None:
    given = PUBLISHED[name]
    box = CallbackBox(given["token"], given["aes_key"], given["corp_id"], given["agent_id"])
    event = parse(box.open(given, envelope(given["sealed"], agent="", corp=given["corp_id"])))
    assert (event.account, event.text) == (given["sender"], given["text"])
    assert event.id == f"m:{given['sender']}:{given['msg_id']}"


ECHO = "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA=="
ECHO_QUERY = {
    "msg_signature": "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb",
    "timestamp": "1476416373",
    "nonce": "47744683",
    "echostr": ECHO,
}


@pytest.mark.parametrize("echo", [ECHO, ECHO.replace("+", " ")], ids=["escaped", "plus signs read as spaces"])
def test_the_published_url_check_is_answered(echo: str) -> None:
    assert CallbackBox(*SECOND, 1).echo({**ECHO_QUERY, "echostr": echo}) == "1288432023552776189"


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "echostr"])
def test_a_url_check_without_a_part_is_refused(missing: str) -> None:
    with pytest.raises(BadCallback) as refused:
        CallbackBox(*SECOND, 1).echo({name: value for name, value in ECHO_QUERY.items() if name != missing})
    assert refused.value.status == 403


@pytest.mark.parametrize("content", ["三楼漏水", "😀" * 500, "a" * 31, ""])
def test_another_implementations_message_is_opened(box: CallbackBox, content: str) -> None:
    sealed = other_seal(text_message(content))
    assert word(box.open(signed(sealed), envelope(sealed)), "Content") == content


def test_another_implementation_opens_what_we_seal(box: CallbackBox) -> None:
    answer = read(box.seal("<xml>收到</xml>", "n1", 1700000001))
    sealed = word(answer, "Encrypt")
    parts = sorted([TOKEN, "1700000001", "n1", sealed])
    assert word(answer, "MsgSignature") == hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - as above
    key = base64.b64decode(KEY + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    size = struct.unpack(">I", plain[16:20])[0]
    assert plain[20 : 20 + size].decode() == "<xml>收到</xml>"
    assert plain[20 + size : -plain[-1]].decode() == CORP
    assert len(plain) % 32 == 0


Case = tuple[Callable[[str], dict[str, str]], Callable[[str], bytes], str, int]
REFUSED: dict[str, Case] = {
    "signed with another token": (lambda s: signed(s, "other"), envelope, other_seal(text_message()), 403),
    "for another school": (signed, envelope, other_seal(text_message(), corp="ww_other"), 403),
    "school's id is a beginning of ours": (signed, envelope, other_seal(text_message(), corp=CORP[:-1]), 403),
    "envelope for another app": (signed, lambda s: envelope(s, agent="219"), other_seal(text_message()), 403),
    "message for another app": (signed, envelope, other_seal(text_message(agent=219)), 403),
    "padding of zero": (signed, envelope, other_seal(text_message(), padding=bytes), 400),
    "padding beyond a block": (
        signed,
        envelope,
        other_seal(text_message(), padding=lambda fill: bytes(fill - 1) + b"\x21"),
        400,
    ),
    "padding that is not all alike": (
        signed,
        envelope,
        other_seal(text_message("漏"), padding=lambda fill: bytes(fill - 1) + bytes([fill])),
        400,
    ),
    "length beyond the message": (signed, envelope, other_seal(text_message(), length=1 << 31), 400),
    "not a whole block": (signed, envelope, base64.b64encode(bytes(48)).decode(), 400),
    "nothing": (signed, envelope, "", 403),
    "not base64": (signed, envelope, "漏水", 400),
    "not UTF-8": (signed, envelope, other_seal(b"\xff\xfe<xml/>"), 400),
    "not XML inside": (signed, envelope, other_seal(b"hello"), 400),
    "not XML outside": (signed, lambda _: b"hello", other_seal(text_message()), 400),
    "cut off": (signed, lambda s: envelope(s)[:-20], other_seal(text_message()), 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_for_us_is_refused(box: CallbackBox, name: str) -> None:
    query, body, sealed, status = REFUSED[name]
    with pytest.raises(BadCallback) as refused:
        box.open(query(sealed), body(sealed))
    assert refused.value.status == status


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "a billion laughs": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><MsgType>&l9;</MsgType></xml>',
    "an external entity": '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
    "an external document type": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/evil.dtd"><xml/>',
    "an unknown entity": "<xml><Content>&secret;</Content></xml>",
    "a zero character": "<xml><Content>&#0;</Content></xml>",
    "an unknown encoding": '<?xml version="1.0" encoding="no-such"?><xml/>',
    "another root": "<html/>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_go_off_inside_or_outside(box: CallbackBox, name: str) -> None:
    bomb = BOMBS[name].encode()
    with pytest.raises(BadCallback):
        box.open(signed("x"), bomb)
    if name != "an unknown encoding":  # inside the text is decoded already, and the declaration says nothing
        sealed = other_seal(bomb)
        with pytest.raises(BadCallback) as refused:
            box.open(signed(sealed), envelope(sealed))
        assert refused.value.status == 400


def test_a_zero_byte_in_a_message_does_not_lose_the_message(box: CallbackBox) -> None:
    sealed = other_seal(text_message("三楼\x00漏\x08水"))
    assert parse(box.open(signed(sealed), envelope(sealed))).text == "三楼漏水"


def test_what_is_too_long_is_not_even_read() -> None:
    with pytest.raises(BadCallback) as refused:
        read(b"<xml>" + b"a" * BODY_LIMIT + b"</xml>")
    assert refused.value.status == 413


def test_deep_nesting_is_survived() -> None:
    depth = BODY_LIMIT // 8
    with pytest.raises(BadCallback):
        parse(read(b"<xml>" + b"<a>" * depth + b"</a>" * depth + b"</xml>"))


@pytest.mark.parametrize("key", ["", "short", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2", "€" * 43])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        CallbackBox(TOKEN, key, CORP, AGENT)


@given(body=st.binary(max_size=2000), query=st.dictionaries(st.sampled_from(list(ECHO_QUERY)), st.text(max_size=50)))
def test_garbage_raises_only_bad_callback(body: bytes, query: dict[str, str]) -> None:
    box = CallbackBox(TOKEN, KEY, CORP, AGENT)
    with pytest.raises(BadCallback):
        box.open(query, body)
    with pytest.raises(BadCallback):
        box.echo(query)


@given(blocks=st.binary(min_size=32, max_size=320))
def test_well_signed_garbage_raises_only_bad_callback(blocks: bytes) -> None:
    sealed = base64.b64encode(blocks[: len(blocks) // 32 * 32]).decode()
    with pytest.raises(BadCallback):
        CallbackBox(TOKEN, KEY, CORP, AGENT).open(signed(sealed), envelope(sealed))


PIECES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
KINDS = st.sampled_from([*MESSAGES, *EVENTS, "event", "else"])
TIMES = st.integers(-(10**12), 10**12).map(str) | PIECES
ELEMENTS = st.fixed_dictionaries(
    {"FromUserName": PIECES, "CreateTime": TIMES, "MsgType": KINDS | PIECES},
    optional={"Event": KINDS | PIECES, "Content": PIECES, "MsgId": PIECES, "MediaId": PIECES, "EventKey": PIECES},
)


@given(ELEMENTS)
def test_any_message_is_an_event_or_refused(elements: dict[str, str]) -> None:
    inner = "".join(f"<{tag}><![CDATA[{text.replace(']]>', '')}]]></{tag}>" for tag, text in elements.items())
    sealed = other_seal(f"<xml>{inner}</xml>".encode())
    box = CallbackBox(TOKEN, KEY, CORP, AGENT)
    try:
        event = parse(box.open(signed(sealed), envelope(sealed)))
    except BadCallback:
        return
    assert event.id
    assert event.at.tzinfo is not None
