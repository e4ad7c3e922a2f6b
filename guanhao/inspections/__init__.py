"""Annual inspections (年检): rounds, one row an account, self-reports, results, and what follows from them."""
