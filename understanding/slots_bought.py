"""Slots of buying: what is asked for, what sellers want for it, and what came."""

from understanding.amounts import NUMBER, money, number
from understanding.normalise import Text
from understanding.quantities import Asked, asked
from understanding.slots import Finders, compiled, key_of, said, words_of

_BUDGET = (
    r"(?:预算|不超过|不要超过|控制在|最多|封顶|budget(?: of)?|up to"
    rf"|under)[是为大概约在:\s]{{0,3}}¥?\s?({NUMBER})(?!\d)"
    rf"|¥?\s?({NUMBER})\s?(?:元|块)?钱?(?:以内|之内|左右|封顶|打住)"
)
_URL = r"https?://[^\s,;]{1,500}"
_PLATFORM = (
    r"淘宝|天猫|京东|拼多多|1688|阿里巴巴|苏宁|政采云|抖音|闲鱼|得物|美团|亚马逊|(?<![a-z])(?:jd|taobao"
    r"|amazon|pdd)(?![a-z])"
)
_SAME = r"(?:跟|和|按|照|同)(?:上|前)(?:次|回|批)(?:那个|买的)?(?:的)?(?:一样|相同|同款)?|老样子|照旧|same as last"
_PURPOSE = r"(?:用于|用来|拿来|是给|给(?=.{1,12}用))([^,.;!]{2,20})|([^,.;!买购领给呗]{2,14}?)就?(?:要用|用的|急用)"
_MODEL = (
    r"(?:型号(?:是|为|[:：])?\s?)([a-z0-9][a-z0-9\-+/.]{1,20})"
    r"|(?<![a-z0-9])([a-z]{1,8}[\-\s]?\d{2,6}[a-z]{0,4})(?![a-z0-9])"
)
_PRICE = rf"单价\s?¥?({NUMBER})|({NUMBER})\s?(?:元|块)钱?(?:一|/|每)(?:[个盒箱包支套台本瓶卷张把只条双袋桶块件根])"
_OFFER = (
    rf"(?P<seller>[^\s,.;:!?\d、(){{}}]{{1,12}}?)(?:那边|那家|家的?|的)?(?:报价?|报的?|要|是|卖|出|总共"
    r"|一共|最低|:)*\s?"
    rf"¥?(?P<price>{NUMBER})(?:(?:元|块|圆)(?P<tail>[1-9])?钱?)?(?=$|[\s,.;!、/(一不含开都包送]|起|每)"
)
_FREIGHT = rf"(?:运费|邮费|快递费|freight|shipping)[是要加:\s]{{0,2}}¥?({NUMBER})"
_NO_FREIGHT = r"包邮|免运费|送货上门|送上[门楼]|free (?:shipping|delivery)"
_NO_SELLERS = (
    "问了",
    "三家",
    "两家",
    "最低",
    "报价",
    "单价",
    "总价",
    "运费",
    "邮费",
    "预算",
    "一共",
    "总共",
    "含税",
    "税",
)
_GONE = (
    rf"(?:少|缺|差|短)了?\s?({NUMBER}|俩|仨)(?:[个盒箱包支套台本瓶卷张把只条双袋桶块件根]|(?=$|[,.!]))"
    r"|(?:少|缺|差)了?(俩|仨)"
)
_DAMAGED = (
    rf"(?:坏|破|碎|裂|烂|损|压扁|damaged)[了的]?\s?({NUMBER}|俩|仨)|({NUMBER}|俩"
    r"|仨)[个盒箱包支套台本瓶卷张把只条双袋桶块件根](?:是|有|都)?(?:坏|破|碎|裂|烂|损|亮点|漏)"
)
_WRONG = (
    r"型号(?:对不上|不对|不符)|发错|送错|不是(?:我们)?要的|颜色不对|尺寸不对|规格不[对符]|货不对板"
    r"|wrong (?:item|model|size)"
)
_ENGLISH = (
    r"(?<![\w.])(\d{1,4} ?(?:box(?:es)?|packs?|reams?|bottles?|pieces|pcs|sets?))(?![a-z])|(?:need|buy"
    r"|order|want) (\d{1,4})(?= (?!box|pack|ream|bottle|piece|pcs|set)[a-z])"
)
_RESULT = {
    "fail": r"不合格|不行|不够|不能用|退货|拉回去|别收|断了|全是|用不了|不好用|rejected",
    "pass": r"合格|没问题|齐[了的]|一个不少|对得上|数对|入库|签收?了|好用|完好|accepted",
}


def _plain(amount: float | None) -> str | None:
    return None if amount is None else f"{amount:g}" if amount < 100_000 else str(amount)


def _budget(text: Text) -> str | None:
    found = compiled(_BUDGET).search(text.plain)
    said_ = next((group for group in found.groups() if group), None) if found else None
    if said_:
        return _plain(number(said_))
    sums = [amount for amount, _, _ in money(text.plain)]
    return _plain(sums[0]) if len(sums) == 1 and _number(text, _PRICE) is None else None


def _amount(text: Text) -> str | None:
    return asked(text)[0].amount or _group(text, _ENGLISH)


def _lines(text: Text) -> list[dict[str, object]] | None:
    """The lines of a request: of one with several things, or of one that tells model or price."""
    lines = [_line(line) for line in asked(text)]
    if len(lines) == 1:
        single = {"model": _group(text, _MODEL), "price": _number(text, _PRICE)}
        lines[0] |= {key: fact for key, fact in single.items() if fact}
        return lines if len(lines[0]) > 1 and any(single.values()) else None
    return lines


def _line(line: Asked) -> dict[str, object]:
    found = compiled(r"(\d+(?:\.\d+)?|[一两俩二三四五六七八九十百半几]+)(.*)").fullmatch(line.amount or "")
    facts = {"item": line.item, "qty": number(found[1]) if found else None, "unit": found[2] if found else None}
    return {key: fact for key, fact in facts.items() if fact}


def _group(text: Text, pattern: str) -> str | None:
    result = words_of(pattern)(text)
    return str(result) if result else None


def _number(text: Text, pattern: str) -> float | None:
    found = compiled(pattern).search(text.plain)
    return number(next((g for g in found.groups() if g), "")) if found else None


def _quotes(text: Text) -> list[dict[str, object]] | None:
    """Sellers and their prices, in the order in which they are named."""
    offers: list[dict[str, object]] = []
    for found in compiled(_OFFER).finditer(text.plain):
        name, price = found["seller"].strip(" 的说"), number(found["price"])
        if price is None or any(word in name for word in _NO_SELLERS):
            continue
        if found["tail"]:
            price += int(found["tail"]) / 10
        offers.append({"seller": text.words(found.start("seller"), found.start("seller") + len(name)), "price": price})
    if len(offers) == 1 and (freight := _freight(text)) is not None:
        offers[0]["freight"] = freight
    return offers or None


def _freight(text: Text) -> float | None:
    return 0 if compiled(_NO_FREIGHT).search(text.plain) else _number(text, _FREIGHT)


PURCHASE: Finders = {
    "qty": _amount,
    "budget": _budget,
    "lines": _lines,
    "url": words_of(_URL),
    "platform": words_of(_PLATFORM),
    "same_as_last": said(_SAME),
    "purpose": words_of(_PURPOSE),
}
QUOTE: Finders = {"quotes": _quotes, "freight": _freight}
RECEIVE: Finders = {
    "qty": _amount,
    "short": lambda text: _number(text, _GONE),
    "damaged": lambda text: _number(text, _DAMAGED),
    "wrong": said(_WRONG),
    "result": key_of(_RESULT),
}
