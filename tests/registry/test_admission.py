"""Rules on names and numbers of accounts that another regulation may set (architecture §1, 15)."""

import re

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.registry import actions
from guanhao.registry.models import Account
from guanhao.regulation.actions import adopt
from guanhao.regulation.queries import in_force
from guanhao.rulebook.loading import loads
from guanhao.rulebook.problems import RulebookError

SETUP = system("set-up")
NAMES = """
account_names:
  public:
    title: {zh: 对外名称, en: Public names}
    begins_with: [瑞安学院, 温州职业技术学院瑞安学院]
    when: {platform: wechat}
    article: "5"
"""


@pytest.fixture
def stricter(ruian):
    """The regulation with names that must begin as ours, and two WeChat accounts a unit at most."""
    source = in_force(ruian.institution).version.source
    limit = "      - {what: profile_editors, of: account, when: {platform: wechat}, at_most: 3}\n"
    assert limit in source
    more = limit + "      - {what: accounts, of: unit, when: {platform: wechat}, at_most: 2}\n"
    source = re.sub(r"effective: [0-9-]+", f"effective: {clock.today().isoformat()}", source)
    source = source.replace(limit, more).replace("\narticles:", f"{NAMES}\narticles:", 1)
    adopt(actor=SETUP, institution=ruian.institution, source=source)
    return ruian


def add(cast, name, handle, unit="后勤科", platform="wechat"):
    model = cast.accounts["flagship"]
    return actions.add_account(
        actor=SETUP,
        institution=cast.institution,
        platform=platform,
        name=name,
        handle=handle,
        owner_unit=cast.units[unit],
        first_responsible=model.first_responsible,
        manager=model.manager,
    )


def test_a_name_has_to_begin_as_the_rulebook_says(stricter):
    """The refusal says with what, and cites; other platforms are free; renaming is asked as well."""
    with pytest.raises(Refused, match="须以此开头：“瑞安学院”或“温州职业技术学院瑞安学院”") as refused:
        add(stricter, "后勤小灶", "dy-a")
    assert refused.value.denied.article == "ruian-5"
    account = add(stricter, "瑞安学院后勤小灶", "dy-a")
    assert add(stricter, "后勤小灶", "b-1", platform="douyin").pk
    with pytest.raises(Refused, match="不合要求"):
        actions.change_account(actor=SETUP, account=account, name="后勤小灶二")
    account.refresh_from_db()
    assert account.name == "瑞安学院后勤小灶"


def test_a_unit_has_no_more_accounts_of_a_platform_than_allowed(stricter):
    """Two are there; the third is refused until one is gone; another unit has room of its own."""
    first = add(stricter, "瑞安学院后勤一", "dy-1")
    add(stricter, "瑞安学院后勤二", "dy-2")
    with pytest.raises(Refused, match="最多 2 个账号") as refused:
        add(stricter, "瑞安学院后勤三", "dy-3")
    assert refused.value.denied.clause == "ruian-6.6.accounts"
    assert add(stricter, "瑞安学院学工", "dy-4", unit="学生科").pk
    actions.change_account(actor=SETUP, account=first, state="closed")
    assert add(stricter, "瑞安学院后勤三", "dy-3").pk
    assert Account.objects.filter(platform="wechat", owner_unit=stricter.units["后勤科"]).count() == 3


def test_a_pattern_that_demands_nothing_and_an_article_nobody_has_are_faults(ruian):
    """Told with their place before the rulebook is taken."""
    source = in_force(ruian.institution).version.source
    empty = NAMES.replace("    begins_with: [瑞安学院, 温州职业技术学院瑞安学院]\n", "").replace(
        '"5"', '"99"'
    )
    with pytest.raises(RulebookError) as refused:
        loads(source.replace("\narticles:", f"{empty}\narticles:", 1), "ruian.yaml")
    told = str(refused.value)
    assert "没有写要求" in told or "demands nothing" in told
