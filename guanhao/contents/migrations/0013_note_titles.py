"""The index of letter pairs is filled with the titles there are and those that cases were opened under.

How a title is taken apart is spelt out here and not taken from `contents.titles`: a later change there comes with a migration of
its own.
"""

from collections import defaultdict
from itertools import pairwise

from django.db import migrations

from guanhao.core import tenancy

ARTICLES_AT_ONCE = 500


def fill(apps, schema_editor):
    """Note every title; in pieces, so that memory does not grow with the articles."""
    using = schema_editor.connection.alias
    articles = apps.get_model("contents", "Article").objects.using(using)
    cases = apps.get_model("cases", "Case").objects.using(using)
    pairs = apps.get_model("contents", "TitlePair")
    last = 0
    with tenancy.everywhere("filling the index of titles"):
        while some := list(
            articles.filter(pk__gt=last).only("institution", "title").order_by("pk")[:ARTICLES_AT_ONCE]
        ):
            keys = [str(article.pk) for article in some]
            labels = defaultdict(list)
            for key, label in cases.filter(subject_kind="article", subject_id__in=keys).values_list(
                "subject_id", "label"
            ):
                labels[int(key)].append(label)
            pairs.objects.using(using).bulk_create(
                (
                    pairs(article=article, institution_id=article.institution_id, pair=pair)
                    for article in some
                    for pair in _pairs_of([article.title, *labels[article.pk]])
                ),
                batch_size=10_000,
            )
            last = some[-1].pk


def _pairs_of(titles):
    return dict.fromkeys(first + second for title in titles for first, second in pairwise(title.upper()))


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_newest_with_words"), ("contents", "0012_title_pairs")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
