"""Weibo accounts, as `platforms/weibo.md` describes their open platform (version 2)."""
