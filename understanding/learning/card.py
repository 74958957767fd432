"""docs/understanding.md: the score card as a page."""

from collections.abc import Iterable, Mapping, Sequence

from understanding.learning.scoring import Scored, by_intent, calibration, figures, quickness

HEAD = """# 读懂一句话 / Understanding

老师打一句话，读成意图、类别、地点、东西、急不急。`understanding/` 不联网、不读库。
How it works, how it is trained, and how well it does on sentences that training never saw. Written by `houqin train`.

## 怎么读

1. **先弄整齐**（`normalise.py`、`words/slips.toml`）：全角半角、繁简、数目的各种写法、常见的同音错字。
2. **找出说了什么**：编号、地点、东西、毛病（`places.py`、`items.py`、`problems.py`）。
   地点盖成 □，哪间教室不影响意思。
3. **判断想做什么**：模型（`model.bin`）看相邻的字、谁说的、回的哪张卡片，给出每种意图的可能；
   `words/intents.toml` 里写明的说法再加重。“批了没”这样的问句，同意的可能打四折。没见过的符号，模型不表态。
4. **归谁修、急不急**：一句里有几件事就拆成几件（`clauses.py`、`runs.py`、`gathering.py`），各有各的地点。
   说出来的东西定类别，说了原因的按原因，模型几乎十成把握才改；没说东西的，模型有把握就归，没把握就问一句。
   危险宁可错报。
5. **说出理由**：引用起作用的那几个字。

## 怎么训练

```sh
pip install 'houqin[train]'
houqin train              # 造句、训练、打分，重写 model.bin 和这一页
```

句子由 `understanding/material/` 里的说法造出来：维护者按学校和各工种的日常手写的句式，没有抄录任何语料。
每个句式抽几句，再按 `common.toml` 里的同音错字、方言、缩略，和不打标点、多字漏字变一变。
模型是相邻两字（和隔一字）上的线性分类器，权重各占一个字节。
打分的句子（`understanding/learning/lines/`）另外手写，不参加训练：`tuned` 用来定提示语的分量和几个门槛，
`unseen` 什么也没用它定过。打分时不知道是哪所学校：地点只按通常的叫法认。
"""

NOTES = """地点、东西按标注约定比：去掉空格和“教室”，三零五等于 305，同一样东西的几种叫法（班牌、电子班牌）算一样；
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
