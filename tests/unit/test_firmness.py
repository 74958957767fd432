"""Firm words: only what decides without a doubt may move money; everything else is asked back."""

import pytest

from understanding.firmness import decides, firm
from understanding.reading import Intent

APPROVALS = "approval card"


@pytest.mark.parametrize(
    "plain", ["同意", "批准p20261122-003", "没意见,同意", "可以买,不超过500", "approved p20261122-003", "照办"]
)
def test_a_plain_word_decides(plain: str) -> None:
    assert firm(Intent.APPROVE, plain)


@pytest.mark.parametrize("plain", ["批", "可", "准", "行", "ok", "批了!", "可以的"])
def test_a_brief_answer_decides_under_its_card_only(plain: str) -> None:
    assert firm(Intent.APPROVE, plain, APPROVALS)


@pytest.mark.parametrize("plain", ["可", "行", "好", "准", "过"])
def test_a_brief_answer_to_nothing_decides_nothing(plain: str) -> None:
    assert not firm(Intent.APPROVE, plain)


@pytest.mark.parametrize(
    "plain",
    [
        "应该可以批吧",
        "批不批?",
        "要是便宜就批",
        "听说校长批了",
        "批了没",
        "同意了吗",
        "能不能批准一下",
        "麻烦尽快批准",
        "如果不超过500就同意",
        "同意不同意",
        "王主任说是同意了",
        "我再考虑考虑,原则同意",
        "谁同意的",
        "would you approve it",
        "昨天不是批了",
        "可以批的话告诉我",
    ],
)
def test_a_hedged_or_asking_sentence_decides_nothing(plain: str) -> None:
    assert not firm(Intent.APPROVE, plain, APPROVALS)


@pytest.mark.parametrize("plain", ["不同意", "不批", "别批了", "不能批准"])
def test_a_no_is_never_a_yes(plain: str) -> None:
    assert not firm(Intent.APPROVE, plain, APPROVALS)


def test_a_no_is_as_firm() -> None:
    assert firm(Intent.REJECT, "不同意,太贵了")
    assert firm(Intent.REJECT, "退", APPROVALS)
    assert not firm(Intent.REJECT, "要不退回吧", APPROVALS)


def test_acts_that_move_nothing_need_no_firm_words() -> None:
    assert decides(Intent.RECEIVE)
    assert not decides(Intent.REPAIR)
    assert not firm(Intent.STATUS, "同意")
