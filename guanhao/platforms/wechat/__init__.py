"""WeChat official accounts, as `platforms/wechat.md` describes their server API."""
