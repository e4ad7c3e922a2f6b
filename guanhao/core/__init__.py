"""The ground floor: one seam each for time, randomness, outbound HTTP, settings and fault points."""
