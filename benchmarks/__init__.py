"""`make bench`: figures in the shape of docs/bench.md, measured side by side with what a user would pick instead."""
