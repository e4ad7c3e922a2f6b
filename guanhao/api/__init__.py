"""The HTTP API: what other systems call. A sibling of the pages; it has no session and no cookie."""
