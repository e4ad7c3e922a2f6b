"""How a push reaches Weibo: one post, its text frozen at approval, found again by its link."""
