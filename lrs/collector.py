"""Python's garbage collector, set for processes that make many short-lived objects and hardly a cycle."""

import gc

# Objects made until the youngest are looked at, and how often that happens until the next older ones are too. By
# Python's own 700, 10 and 10 all objects of the process are looked at every few batches of 500 statements, which make
# some 12,000 objects that are soon given back by count: a third of a batch's time (docs/decisions/0075).
_THRESHOLDS = (20_000, 20, 20)


def settle() -> None:
    """Call it once, when a process has loaded its code: what is there by then stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
