"""Platforms without an API that we may use: everything is done by hand and recorded."""
