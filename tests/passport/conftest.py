"""A learner with a term of records, and somebody else with theirs."""
