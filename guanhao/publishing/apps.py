"""Django's registration of the package."""

from django.apps import AppConfig
from stamina import instrumentation


class PublishingConfig(AppConfig):
    """发布."""

    name = "guanhao.publishing"
    label = "publishing"
    verbose_name = "发布"

    def ready(self) -> None:
        """Have retries told through `logging`: its handlers survive a full disk, which structlog's printing does not."""
        instrumentation.set_on_retry_hooks([instrumentation.LoggingOnRetryHook])
