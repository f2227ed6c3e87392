"""The Life Learning Passport: learners, timeline, shares, verification."""
