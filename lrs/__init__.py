"""The xAPI Learning Record Store: stores, credentials, statements, the learning hierarchy."""
