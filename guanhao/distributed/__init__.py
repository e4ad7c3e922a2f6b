"""The same steps under Celery, for many hosts. Optional: `pip install guanhao[distributed]`; see docs/distributed.md."""
