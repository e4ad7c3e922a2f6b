"""How a push reaches WeChat: staging a draft, publishing it, recognising it again."""
