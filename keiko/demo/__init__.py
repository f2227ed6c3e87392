"""The demo journey: a term of a small school, sent by the clients that a school has."""
