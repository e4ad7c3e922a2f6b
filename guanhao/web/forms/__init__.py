"""Forms: parse what a page sends into good values, once, at the edge (anchors rule 19)."""
