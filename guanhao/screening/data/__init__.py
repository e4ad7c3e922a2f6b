"""Data that screening reads: measured look-alikes, lists, the language model."""
