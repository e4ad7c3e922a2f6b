"""One small pure function per check rule of the rulebook grammar."""
