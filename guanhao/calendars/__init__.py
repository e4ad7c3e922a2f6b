"""Working days, terms and spans of time as an institution counts them. No Django."""
