"""docs/understanding.md: the score card as a page."""

from collections.abc import Iterable, Mapping, Sequence

from understanding.learning.scoring import Scored, by_intent, calibration, figures, quickness

HEAD = """# 读懂一句话 / Understanding

老师打一句话，读成意图、类别、地点、东西、急不急。`understanding/` 不联网、不读库。
How it works, how it is trained, and how well it does on sentences that training never saw. Written by `houqin train`.

## 怎么读

1. **先弄整齐**（`normalise.py`、`folding.py`、`sounds.py`、`forms.py`、`layout.py`）：全角半角、繁简、方言、表情、
   转发和引用、填好的表格；同音错字按拼音对照本校的地名、设备名和各工种的词，比如“西沃”是希沃，“档案市”是档案室。
2. **找出说了什么**：编号、地点、东西、毛病、日子和节次（`place*.py`、`items.py`、`problems.py`、`times.py`）。
   一句话里几个毛病，一个毛病一条。地点盖成 □，哪间教室不影响意思。
3. **判断想做什么**：模型（`model.bin`）看相邻的字、谁说的、回的哪张卡片、那一单到了哪一步，给出每种意图的可能；
   说到的东西、毛病和地点再加重。“批了没”这样的问句，同意的可能只算一成。没见过的文字，模型不表态，总台问一句。
4. **归谁修、急不急**：说出来的东西定类别，模型有九成把握才改；没说东西的，模型有把握就归，没把握就问一句。
   有危险的迹象一律算紧急；绕着弯子说的，模型还看说的是哪类词（`concepts.py`）：碰了什么、手上怎样、什么在头顶晃。
5. **说出理由**：引用起作用的那半句。
6. **意思不等于权力**：读成“同意”的话，还要看是谁说的、说得定不定（`firmness.py`）、是哪一单。

## 怎么训练

```sh
pip install 'houqin[train]'
python -m understanding.learning.characters   # 字表：繁简和拼音，改了词表才要
python -m understanding.learning.needs        # 句式各要有哪些字，启动时不必再拆，改了句式才要
houqin train                                  # 造句、训练、打分，重写 model.bin 和这一页
houqin train --with 例子.jsonl                # 加上本校用出来的例子（houqin export examples）
houqin train --apart 句子.jsonl               # 这些句子有没有混进材料里
```

句子由 `understanding/material/` 里的说法造出来：维护者按学校和各工种的日常手写的句式，没有抄录任何语料。
每个句式抽几句，再按 `common.toml` 里的同音错字、方言、缩略，和不打标点、多字漏字变一变。
模型是相邻两字（和隔一字）上的线性分类器，权重各占一个字节（决定 0020）。
打分的句子（`understanding/learning/lines/`）另外手写，不参加训练：`tuned` 是改规则、补材料、定门槛时看着的，
`unseen` 没拿来训练和定门槛：前 89 句头一回读的时候意图对 0.94，地点对 0.83（几件事各自的地点 0.65），读错的看过以后补过
规则和材料；后 50 句（各种意图两句，都往难里写）只知道分数，头一回 0.88。打分时不知道是哪所学校：地点只按通常的叫法认。
"""

NOTES = """地点、东西这样比：去掉空格和“教室”，三零五等于 305，同一样东西的几种叫法（班牌、电子班牌）算一样；
急不急看最急的一件。`several told apart`：说了几件事的句子，件数对、每件归谁都对；`one stays one`：只说一件的没被拆开；
`places of several`：几件事各自的地点；`asked`、`not asked`：该问的问对了，不该问的没问。
"""


def page(results: Mapping[str, Sequence[Scored]], origin: Mapping[str, str]) -> str:
    """The whole page."""
    about = f"材料 `{origin['material']}`，{origin['examples']} 句。\n"
    return "\n".join(
        [HEAD, "## 成绩\n", about, *_shares(results), NOTES, *_intents(results), *_sure(results), *_quick(results)]
    )


def _shares(results: Mapping[str, Sequence[Scored]]) -> Iterable[str]:
    told = {name: figures(found) for name, found in results.items()}
    rows = [(what, *(_figure(told[name][what]) for name in told)) for what in next(iter(told.values()))]
    yield from _table(("", *(f"`{name}`（{len(found)} 句）" for name, found in results.items())), rows)


def _intents(results: Mapping[str, Sequence[Scored]]) -> Iterable[str]:
    for name, found in results.items():
        yield f"每种意图，`{name}`：\n"
        rows = [(f"`{i}`", str(count), f"{right:.2f}", f"{hit:.2f}") for i, count, right, hit in by_intent(found)]
        yield from _table(("意图", "句", "准 precision", "全 recall"), rows)


def _sure(results: Mapping[str, Sequence[Scored]]) -> Iterable[str]:
    for name, found in results.items():
        yield f"把握和对错，`{name}`：\n"
        rows = [(bin_, str(count), f"{mean:.2f}", f"{share:.2f}") for bin_, count, mean, share in calibration(found)]
        yield from _table(("把握", "句", "平均把握", "对的"), rows)


def _quick(results: Mapping[str, Sequence[Scored]]) -> Iterable[str]:
    median, most = quickness([one for found in results.values() for one in found])
    yield f"一句的时间：一半不到 {median:.1f} 毫秒，百分之九十九不到 {most:.0f} 毫秒（打分的那台机器）。\n"


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
