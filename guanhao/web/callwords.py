"""Words for what was asked of a platform: the calls that leave an attempt, and what each class does in the world."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanhao.platforms.wechat import calls
from guanhao.platforms.weibo import calls as weibo
from guanhao.publishing.types import EffectClass

CALLS: dict[str, str | Promise] = {
    calls.UPLOAD_IMAGE.name: _("上传正文图片"),
    calls.ADD_MATERIAL.name: _("上传封面"),
    calls.DRAFT_ADD.name: _("新建草稿"),
    calls.DRAFT_DELETE.name: _("删除草稿"),
    calls.SUBMIT.name: _("提交发布"),
    calls.MASS_SEND.name: _("提交群发"),
    calls.MASS_PREVIEW.name: _("发送预览"),
    calls.MASS_DELETE.name: _("删除群发的文章"),
    calls.ARTICLE_DELETE.name: _("删除已发布的文章"),
    weibo.SHARE.name: _("发布微博"),
    weibo.DESTROY.name: _("删除微博"),
}
EFFECTS: dict[str, str | Promise] = {
    EffectClass.INVISIBLE: _("读者看不到"),
    EffectClass.KEYED: _("公开，重复会被平台识别"),
    EffectClass.PUBLIC: _("公开"),
    EffectClass.REMOVAL: _("撤下"),
}
