"""Mutated statements, and a second reading of the rules that judges them: `python -m tests.fuzz --count 100000`."""
