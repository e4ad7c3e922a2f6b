"""Regulations as data: file → frozen objects; selection, diff, coverage. Pure; knows no Django."""
