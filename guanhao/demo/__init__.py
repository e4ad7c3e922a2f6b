"""Demonstrations: institutions with invented people, loaded from the files in `demo/`."""
