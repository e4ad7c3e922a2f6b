"""`guanhao check`: every line that an installation must meet, each with what was found and how it is mended."""
