"""A ledger of two thousand accounts as an office would keep it, and thirty-seven faults to plant in it."""

from __future__ import annotations

import io
from datetime import date

from guanhao.core.actors import system
from guanhao.people.actions import add_person, add_unit, appoint
from guanhao.web.excel import write_workbook

ROWS = 2000
HEADER = (
    "备案编号", "责任部门", "平台", "类型", "账号名称", "微信号", "网址", "开通时间", "负责人", "管理员", "是否认证", "认证到期",
    "状态", "关闭日期", "服务对象", "备注",
)  # fmt: skip
AT = {name: position for position, name in enumerate(HEADER)}
FIRST_ROW = 4  # two titles and the headings stand above


def people_and_units(cast, units=40):
    """Forty departments, each with its head, beside the cast's; two people of one name."""
    actor, made = system("test"), []
    kind = next(unit for unit in cast.units.values() if unit.parent_id).kind
    root = next(unit for unit in cast.units.values() if unit.parent_id is None)
    for number in range(units):
        unit = add_unit(
            actor=actor, institution=cast.institution, name=f"第{number}教研部", kind=kind, parent=root
        )
        head = add_person(
            actor=actor,
            institution=cast.institution,
            name=f"部长{number}",
            kind="staff",
            staff_no=f"H{number:03}",
        )
        appoint(actor=actor, person=head, unit=unit, post="head", since=date(2025, 9, 1))
        made.append((unit.name, f"部长{number}（H{number:03}）"))
    for number in (1, 2):
        add_person(
            actor=actor, institution=cast.institution, name="王伟", kind="staff", staff_no=f"W{number}"
        )
    return made


def rows(made, count=ROWS):
    """Sound rows: every account of its own name, id and number."""
    found = []
    for number in range(count):
        unit, head = made[number % len(made)]
        weibo = number % 3 == 0
        found.append(
            [
                f"旧备{number:05}",
                unit,
                "新浪微博" if weibo else "微信公众号",
                "" if weibo else ("订阅号" if number % 2 else "服务号"),
                f"{unit}第{number}号",
                f"{2000000000 + number}" if weibo else f"ledger-{number}",
                f"https://weibo.com/u/{2000000000 + number}" if weibo else "",
                "2019年3月1日" if number % 5 else "2019/3/1",
                head,
                head if number % 2 else "",
                "是" if number % 4 else "否",
                "2027-03-01" if number % 4 else "",
                "已关闭" if number % 50 == 49 else "在用",
                "2025-06-30" if number % 50 == 49 else "",
                "全体师生",
                "无",
            ]
        )
    return found


# What is written into which column of a sound row, and the register's column in which the fault has to be told.
FAULTS = (
    ("账号名称", "", "name"),
    ("账号名称", "号" * 101, "name"),
    ("账号名称", "{impostor}", "name"),
    ("账号名称", "{name:1}", "name"),
    ("账号名称", "{name:2}　", "name"),
    ("账号名称", "{registered_name}", "name"),
    ("平台", "", "platform"),
    ("平台", "脸书", "platform"),
    ("平台", "微薄", "platform"),
    ("类型", "视频号", "kind"),
    ("微信号", "", "handle"),
    ("微信号", "{handle:3}", "handle"),
    ("微信号", "{registered_handle}", "handle"),
    ("微信号", "x" * 101, "handle"),
    ("网址", "weibo.com/u/1", "address"),
    ("网址", "javascript:alert(1)", "address"),
    ("责任部门", "", "unit"),
    ("责任部门", "不存在的部门", "unit"),
    ("责任部门", "{closed_unit}", "unit"),
    ("负责人", "", "first_responsible"),
    ("负责人", "查无此人", "first_responsible"),
    ("负责人", "王伟", "first_responsible"),
    ("负责人", "部长1（H999）", "first_responsible"),
    ("负责人", "部长39（H039）", "first_responsible"),
    ("负责人", "{left}", "first_responsible"),
    ("管理员", "部长1、查无此人", "operator"),
    ("管理员", "王伟", "operator"),
    ("开通时间", "2019-02-30", "opened_on"),
    ("开通时间", "2099-01-01", "opened_on"),
    ("开通时间", "前年", "opened_on"),
    ("认证到期", "明年", "verified_until"),
    ("是否认证", "大概", "verified"),
    ("状态", "不知道", "state"),
    ("状态", "申请中", "state"),
    ("关闭日期", "2025-01-01", "closed_on"),
    ("备案编号", "{number:4}", "number"),
    ("备案编号", "旧" * 61, "number"),
)


def book(head, lines):
    """Any table as an .xlsx."""
    out = io.BytesIO()
    write_workbook(out, head, lines)
    return out.getvalue()


def workbook_of(lines):
    """The ledger as an .xlsx with two titles above the headings."""
    blank = [""] * (len(HEADER) - 1)
    return book(["公众账号备案台账", *blank], [["填表部门：宣传部", *blank], list(HEADER), *lines])


def row_of(number):
    """Where the fault of that number is planted: WeChat accounts that are in use and unverified, so that nothing else is."""
    return 16 + 12 * number


def planted(lines, cast):
    """The same rows with one fault in each of thirty-seven; answers them and {row in Excel: the column to be told}."""
    bad, told = [list(line) for line in lines], {}
    flagship = cast.accounts["flagship"]
    words = {
        "{impostor}": "広东技朮師范学院官方招生办",
        "{registered_name}": flagship.name,
        "{registered_handle}": flagship.handle,
        "{closed_unit}": "撤销了的部门",
        "{left}": "离任者",
        "{name:1}": lines[1][AT["账号名称"]],
        "{name:2}　": f"{lines[2][AT['账号名称']]}　",
        "{handle:3}": lines[3][AT["微信号"]],
        "{number:4}": lines[4][AT["备案编号"]],
    }
    for number, (heading, value, column) in enumerate(FAULTS):
        at = row_of(number) - (4 if value == "{handle:3}" else 0)  # a Weibo account, as the one it repeats
        bad[at][AT[heading]] = words.get(value, value)
        told[at + FIRST_ROW] = column
    return bad, told
