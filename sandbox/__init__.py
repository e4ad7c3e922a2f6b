"""A local stand-in for the platforms' server APIs, with a ledger of everything it received and made public.

It is its own program: it imports nothing of the product, and the product imports nothing of it. They meet over
HTTP only, as the product and the real platforms do. ``docs/sandbox.md`` is its manual.
"""
