"""The operator's monitor: the log in the database against its records, its heads and the chain."""
