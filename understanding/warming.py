"""Patterns are compiled when they are first wanted: a desk that is to be quick at once reads some sentences before."""

from understanding.reader import Reader
from understanding.reading import Situation

_OF_EVERY_KIND = (
    "急！三楼东头男厕所水管爆了，水往插座上流，302灯也不亮，门锁坏了",
    "初二(5)班讲台旁边那台希沃一体机触摸没反应，上学期就修过，明天第三节公开课要用",
    "王老师说这椅子一坐就晃，像要塌，学生不敢坐；对了走廊那盏灯一闪一闪的",
    "采购A4纸10箱，每箱不超过150元，下周三前要，链接 https://example.com/item/1",
    "机房借用登记：明天下午第5、6节，高一3班，48台都正常",
    "广播：请各班主任3点到会议室开会，教学楼，播两遍，每周一到周五7:50打铃",
    "申请看昨天下午4点到5点校门口的监控，找丢的书包",
    "6月6号到9号我请假，审批交给陈主任，两千块以下的都可以批",
    "不是201，是2号楼202",
    "催一下，W20261119-004 修得怎么样了",
    "Projector in room 302 has no signal, please fix it before 10 am",
)


def warm(reader: Reader) -> None:
    """Have a reader read a sentence of every kind."""
    for sentence in _OF_EVERY_KIND:
        reader.read(sentence, Situation(role="teacher"))
