"""Ordinary campus prose written for testing: sentence patterns and what may stand in them. All of it is invented."""

from itertools import cycle, islice

PLACES = [
    "图书馆报告厅",
    "体育馆",
    "第一教学楼",
    "学生活动中心",
    "实训基地",
    "行政楼会议室",
    "田径场",
    "艺术楼",
    "大礼堂",
    "创业园",
]
UNITS = [
    "信息工程学院",
    "教务处",
    "团委",
    "学生工作部",
    "后勤服务中心",
    "图书馆",
    "外国语学院",
    "艺术设计学院",
    "保卫处",
    "招生就业处",
]
PEOPLE = [
    "同学们",
    "全体教师",
    "新生代表",
    "志愿者",
    "辅导员",
    "青年教师",
    "毕业生",
    "社团成员",
    "运动员",
    "评委",
]
EVENTS = [
    "新生开学典礼",
    "春季运动会",
    "读书分享会",
    "技能竞赛",
    "校园招聘会",
    "消防演练",
    "合唱比赛",
    "志愿服务活动",
    "心理健康讲座",
    "毕业作品展",
]
DAYS = [
    "9月1日",
    "10月18日",
    "11月20日上午",
    "12月5日下午",
    "3月12日",
    "4月23日",
    "5月4日",
    "6月15日晚",
    "本周三",
    "上周末",
]
FEELINGS = [
    "受益匪浅",
    "热情高涨",
    "收获满满",
    "意犹未尽",
    "深受鼓舞",
    "倍感亲切",
    "信心十足",
    "印象深刻",
    "兴致勃勃",
    "斗志昂扬",
]
NUMBERS = ["36", "120", "58", "200余", "15", "80多", "7", "300", "42", "64"]

PATTERNS = [
    "{day}，学校在{place}举行{event}，{people}参加活动。", "{unit}主办的{event}在{place}圆满落幕。", "{people}纷纷表示{feeling}。", "本次{event}共有{number}名{people}报名。",
    "活动现场气氛热烈，{people}{feeling}。", "{unit}将继续做好服务工作，为{people}创造良好的学习环境。", "请各班于{day}前将名单报送{unit}。", "{event}由{unit}和{other}联合承办。",
    "{place}开放时间为每天8:00至22:00，请合理安排时间。", "为丰富校园文化生活，{unit}组织开展了{event}。", "{people}在{place}认真听取了讲解，并积极提问。", "天气转凉，请{people}注意增添衣物，保管好个人财物。",
    "经过{number}分钟的激烈角逐，{unit}代表队获得第一名。", "{unit}负责人介绍了{event}的筹备情况。", "我们相信，在大家的共同努力下，{event}一定会越办越好。", "{people}走进{place}，感受传统文化的魅力。",
    "{day}起，{place}将进行为期一周的设备检修，给您带来不便，敬请谅解。", "志愿者们在{place}帮助{people}搬运行李、指引道路。", "“能够参加{event}，我感到非常荣幸。”一位同学说道。", "{unit}温馨提示：参加{event}请提前15分钟到达{place}。",
    "此次培训内容丰富、案例生动，{people}{feeling}。", "{people}用镜头记录下{place}的四季变化。", "夜幕降临，{place}灯火通明，{event}正在紧张排练。", "{unit}发布了{event}的评分办法和注意事项。",
    "本学期，{unit}累计开展活动{number}场，参与{people}覆盖各个专业。", "{event}设一等奖1名、二等奖2名、三等奖3名。", "老师们耐心地讲解操作步骤，{people}学得很认真。", "{place}内部环境整洁，请自觉保持卫生。",
    "凡参加{event}的{people}可获得第二课堂学分。", "{unit}邀请专家为{people}作了题为《青春与责任》的讲座。", "大家围绕“如何规划大学生活”展开讨论，现场笑声不断。", "{people}收到了{unit}送来的节日祝福。",
    "{day}，{place}迎来了一批特殊的客人。", "在为期三天的{event}中，{people}展示了良好的精神风貌。", "家长们对{unit}的工作给予了充分肯定。", "报名结束后，{unit}将通过短信通知入选的{people}。",
    "秋天的校园很美，{place}前的银杏叶黄了。", "{unit}对{event}中表现突出的{people}进行了表扬。", "参赛作品应为原创，字数在2000字以内。", "据{unit}统计，共有{number}个班级参加了{event}。",
    "请妥善保管准考证，凭证件进入{place}。", "{people}把在{event}中学到的知识运用到实践中去。", "下一步，{unit}将认真总结经验，不断提高服务水平。", "{event}的通知已经下发，请{people}相互转告。",
]  # fmt: skip


def sentences(count):
    """So many different sentences, patterns in turn."""
    return list(islice(dict.fromkeys(_all()), count))


def _all():
    size = len(PLACES)
    for round_ in range(size * size):
        for number, pattern in enumerate(PATTERNS):
            ones, tens = round_ % size, round_ // size
            pick = [
                (ones * a + tens * b + number) % size
                for a, b in ((1, 0), (0, 1), (3, 1), (1, 1), (7, 3), (1, 3), (9, 1))
            ]
            yield pattern.format(
                place=PLACES[pick[0]], unit=UNITS[pick[1]], other=UNITS[(pick[1] + 3) % size], people=PEOPLE[pick[2]],
                event=EVENTS[pick[3]], day=DAYS[pick[4]], feeling=FEELINGS[pick[5]], number=NUMBERS[pick[6]],
            )  # fmt: skip


def drafts(count, of=20):
    """Drafts of some sentences each."""
    every = cycle(sentences(2_000))
    return ["\n".join(islice(every, of)) for _ in range(count)]
