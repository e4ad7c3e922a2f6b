"""HTTP clients of the platforms: classified answers or values, no ORM, no retries of their own."""
