"""Typos: rules that are right, a statistical layer that knows how sure it is, and a plug for other correctors."""
