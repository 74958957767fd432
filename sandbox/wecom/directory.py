"""The school's address book at the vendor: members and departments, as far as the app may see them."""

from __future__ import annotations

from typing import Any

from sandbox.config import Config, Member
from sandbox.wecom.errors import VendorError

Json = dict[str, Any]
ROOT = 1


class Directory:
    """Members by id (upper and lower case are the same to the vendor) and departments by number."""

    def __init__(self, config: Config) -> None:
        """Number the departments in the order in which members name them; 1 is the school itself."""
        self.members = {member.userid.lower(): member for member in config.members}
        names = dict.fromkeys(member.department for member in config.members if member.department)
        self.departments = {ROOT: config.app_name} | dict(enumerate(names, start=2))
        self._numbers = {name: number for number, name in self.departments.items() if number != ROOT}

    def find(self, userid: object) -> Member | None:
        """The member, if the app may see one of that id."""
        member = self.members.get(userid.lower()) if isinstance(userid, str) else None
        return member if member and member.visible else None

    def get(self, userid: str) -> Member:
        """The member. Raises VendorError 60111 when there is none in the visible range."""
        if member := self.find(userid):
            return member
        raise VendorError(60111, f"userid {userid!r}")

    def department_of(self, member: Member) -> int:
        """The number of a member's department; the school itself where none is named."""
        return self._numbers.get(member.department, ROOT)

    def people(self, department: int | None = None) -> list[Member]:
        """Visible members: all of them, or those directly in one department."""
        seen = (member for member in self.members.values() if member.visible)
        return [member for member in seen if department is None or self.department_of(member) == department]

    def within(self, department: int) -> list[Member]:
        """Visible members of a department and of everything below it."""
        return self.people(None if department == ROOT else department)

    def department(self, number: str | None) -> int:
        """Read a department number from a query. Raises VendorError 60003 for an unknown one."""
        if number is not None and number.isdecimal() and int(number) in self.departments:
            return int(number)
        raise VendorError(60003, f"department {number!r}")

    def profile(self, member: Member) -> Json:
        """What user/get shows an app: no phone, mail or picture (WeCom: 读取成员, since 2022-06-20)."""
        number = self.department_of(member)
        return {
            "userid": member.userid,
            "name": member.name,
            "department": [number],
            "order": [0],
            "position": member.title,
            "is_leader_in_dept": [0],
            "direct_leader": [],
            "main_department": number,
            "status": 1,
            "extattr": {"attrs": []},
        }

    def branches(self, top: str | None) -> list[Json]:
        """Departments below (and with) `top`, or all (WeCom: 获取部门列表)."""
        root = ROOT if top is None else self.department(top)
        chosen = [number for number in self.departments if root in (ROOT, number)]
        return [self.branch(number) for number in chosen]

    def branch(self, number: int) -> Json:
        """One department as department/get shows it."""
        return {
            "id": number,
            "name": self.departments[number],
            "name_en": "",
            "department_leader": [],
            "parentid": 0 if number == ROOT else ROOT,
            "order": number,
        }
