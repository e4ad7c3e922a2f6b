"""Reading an article's words for what should not go out: normalising, personal data, secrecy markings. No Django.

Words of imported lists, proofreading and names join the same seam: `screening.screen.screen`.
"""
