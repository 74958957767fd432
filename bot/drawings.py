"""docs/workflows.md: the tables, drawn and listed, so that the page never says other than the code."""

from collections.abc import Sequence
from typing import Any

from bot.core.texts import Catalogue, Texts
from domain.workflow import Step, Workflow

HEAD = """# 流程 / Workflows

This page is made from the tables in `domain/` by `houqin workflows`; change the table, not the page.
"""


def page(tables: Sequence[Workflow[Any]], catalogue: Catalogue) -> str:
    """The whole page, Chinese labels in the pictures, both languages in the lists."""
    return HEAD + "".join(_section(table, catalogue["zh_CN"], catalogue["en"]) for table in tables)


def _section(table: Workflow[Any], chinese: Texts, english: Texts) -> str:
    picture = table.mermaid(
        lambda state: chinese(f"{table.name}.state.{state}"), lambda step: chinese(f"{table.name}.step.{step}.button")
    )
    states = "\n".join(
        f"| `{s}` | {chinese(f'{table.name}.state.{s}')} | {english(f'{table.name}.state.{s}')} |" for s in table.states
    )
    steps = "\n".join(_row(table, step, chinese, english) for step in table.steps)
    return f"""
## {chinese(f"{table.name}.label")} / {english(f"{table.name}.label")}

```mermaid
{picture}
```

| state | 中文 | English |
| --- | --- | --- |
{states}

| step | 中文 | English | from | to | by | asks |
| --- | --- | --- | --- | --- | --- | --- |
{steps}
"""


def _row(table: Workflow[Any], step: Step[Any], chinese: Texts, english: Texts) -> str:
    key = f"{table.name}.step.{step.name}.button"
    cells = [
        f"`{step.name}`",
        chinese(key),
        english(key),
        ", ".join(sorted(step.source)),
        str(step.target or "–"),
        ", ".join(sorted(step.by)),
        ", ".join(step.asks) or "–",
    ]
    return "| " + " | ".join(cells) + " |"
