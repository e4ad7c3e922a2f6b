"""The index of letter pairs, filled with the titles there are.

How a title is taken apart is spelt out here and not taken from `contents.titles`: a later change there comes with a migration of
its own.
"""

from itertools import pairwise

import django.db.models.deletion
from django.db import migrations, models

from guanhao.core import tenancy

ARTICLES_AT_ONCE = 500


def fill(apps, schema_editor):
    """Note every title; in pieces, so that memory does not grow with the articles."""
    using = schema_editor.connection.alias
    articles = apps.get_model("contents", "Article").objects.using(using)
    pairs = apps.get_model("contents", "TitlePair")
    last = 0
    with tenancy.everywhere("filling the index of titles"):
        while some := list(
            articles.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", "institution_id", "title")[:ARTICLES_AT_ONCE]
        ):
            pairs.objects.using(using).bulk_create(
                (
                    pairs(article_id=key, institution_id=institution, pair=pair)
                    for key, institution, title in some
                    for pair in dict.fromkeys(first + second for first, second in pairwise(title.upper()))
                ),
                batch_size=10_000,
            )
            last = some[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("contents", "0011_newest_with_words"),
        ("people", "0002_leaving"),
    ]

    operations = [
        migrations.CreateModel(
            name="TitlePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pair", models.CharField(max_length=2)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contents.article"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.institution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "pair", "article"), name="title_pair_once")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
