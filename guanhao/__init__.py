"""Guanhao (官号) runs an institution's regulation for its official accounts."""

__version__ = "0.1.0"
