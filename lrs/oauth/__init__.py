"""OAuth 2.0: tokens that we issue to credentials, and bearer tokens of issuers that a store trusts."""
