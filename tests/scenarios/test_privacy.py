"""What the board keeps to itself: people's words and numbers, and what concerns the school's security."""

from hashlib import sha256

from bot.core.event import FileKind, FileRef, Kind
from models import Attachment, WorkOrder
from services.work_orders import Filter, Sight, View
from tests import visiting
from tests.fakes import JPEG
from tests.scenarios.saying import actor_of
from tests.school import School
from tests.visiting import Open, reported, until

browsers = visiting.browser
CALL = "报修 3号楼302 灯不亮，陈小明说的，请打13812345678"


async def viewed(school: School, account: str) -> View:
    """The newest work order as somebody sees it."""
    order = await school.order()
    return await school.house.services.work_orders.view(await actor_of(school, account), order.id)


async def test_strangers_see_place_thing_and_state_but_no_words(school: School) -> None:
    await school.sends_photo("li")
    await school.says("li", CALL)
    order = await school.order()
    await WorkOrder.filter(id=order.id).update(item="灯 010-87654321", note="钥匙在门卫")
    work_orders = school.house.services.work_orders
    for account, sight in (("mei", Sight.OUTLINE), ("zhao", Sight.OUTLINE), ("li", Sight.WHOLE), ("hou", Sight.WHOLE)):
        reader, whole = await actor_of(school, account), sight is Sight.WHOLE
        view = await viewed(school, account)
        assert view.sight is sight, account
        assert (view.where, view.order.state, view.reporter) == ("3号楼 302 高一3班", "reported", "李老师")
        assert view.order.item == ("灯 010-87654321" if whole else "灯 ***")
        assert ("13812345678" in view.order.raw_text, view.order.note != "") == (whole, whole)
        assert [entry.note != "" for entry, _ in await work_orders.history(reader, order.id)] == [whole]
        assert len(await work_orders.files(reader, order.id)) == whole
        for words in ("13812345678", "陈小明", "87654321"):
            assert len(await work_orders.lines(reader, Filter(words=words))) == whole, (account, words)
        assert len(await work_orders.lines(reader, Filter(words="灯"))) == 1
    assert (await school.order()).note == "钥匙在门卫", "what is kept is kept whole"


async def test_of_security_strangers_see_only_the_state(school: School) -> None:
    await school.says("li", "报修 3号楼201 门禁坏了")
    work_orders, mei = school.house.services.work_orders, await actor_of(school, "mei")
    view = await viewed(school, "mei")
    assert view.sight is Sight.STATE
    assert (view.where, view.order.item, view.order.raw_text, view.reporter, view.owners) == ("", "", "", "", "")
    assert (view.order.number, view.order.category, view.order.state) == ("W20261123-001", "multimedia", "reported")
    assert await work_orders.history(mei, view.order.id) == []
    for words, found in (("门禁", 0), ("201", 0), ("W20261123", 1)):
        assert len(await work_orders.lines(mei, Filter(words=words))) == found, words
    assert [(line.where, line.reporter) for line in await work_orders.lines(mei, Filter())] == [("", "")]
    for account in ("li", "chen", "hou"):
        assert (await viewed(school, account)).order.item == "门禁", account


async def test_pages_show_no_more(school: School, browsers: Open) -> None:
    photo = FileRef(ref="photo", kind=FileKind.IMAGE)
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, files=(photo,)))
    lamp, gate = await reported(school, CALL), await reported(school, "报修 3号楼201 门禁坏了")
    mei, li, hou = await browsers("mei"), await browsers("li"), await browsers("hou")
    await until(school, Attachment.filter(sha256__not="").exists)
    path = f"/files/{sha256(JPEG).hexdigest()}"
    for me, whole in ((mei, False), (li, True), (hou, True)):
        pages = [await me.page("/board"), await me.page(f"/work-orders/{lamp.number}")]
        pages.append(await me.page(f"/work-orders/{gate.number}"))
        for hidden in ("13812345678", "陈小明", "门禁"):
            assert any(hidden in page for page in pages) is whole, hidden
        assert ("只显示状态" in pages[0], "只显示状态" in pages[2]) == (not whole, not whole)
        assert ("只给报修人" in pages[1]) is not whole
        assert "3号楼 302 高一3班" in pages[1]
        assert (await me.ask(path)).status == (200 if whole else 404)
