"""The content of attachments: kept once per store, found again by statement, served safely."""
