"""WeChat Official Accounts, server API, as platforms/wechat.md describes it: one module per family of endpoints."""
