"""An approved article reaches the platform, judged by the platform's own ledger."""

import pytest

from guanhao.contents.models import Article
from guanhao.publishing.types import JobState
from tests.publishing.world import DUE


@pytest.mark.article("ruian-6.3")
@pytest.mark.requirement("K2")
def test_an_approved_article_is_staged_early_sent_on_time_and_published_once(world):
    """Draft half an hour before, submit at the time, published on the platform's evidence, with its address."""
    job = world.staged()
    assert job.state == JobState.STAGED
    assert world.accepts() == []
    world.time.to(DUE)
    world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.titles_public() == ["技能月开幕"]
    item = job.items.get()
    assert "技能月开幕" in world.sandbox.page(item.url)
    assert Article.objects.get(pk=item.revision.article_id).state == "published"
