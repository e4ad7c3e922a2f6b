"""Weibo's open platform, as its contract says."""
