"""Backups of a whole installation, and restoring them (BK1, BK2, K9). Keys are never part of a backup."""
