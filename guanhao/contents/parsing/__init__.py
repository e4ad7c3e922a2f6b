"""What opens files that strangers made. Runs in a process of its own (`guanhao.contents.isolated`) and knows no Django."""
