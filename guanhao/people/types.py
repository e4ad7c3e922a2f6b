"""Words of the people package."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PersonKind(TextChoices):
    """What a person is to the institution; rulebooks select on it (`contributor_kind`)."""

    STAFF = "staff", _("教职工")
    STUDENT = "student", _("学生")
    OTHER = "other", _("其他")


class Capability(TextChoices):
    """The three administrators of 等保; none may publish or read drafts by virtue of the role (K12)."""

    SYSTEM = "system_admin", _("系统管理员")
    SECURITY = "security_admin", _("安全管理员")
    AUDIT = "audit_admin", _("审计管理员")
