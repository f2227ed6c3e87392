"""What a verifier needs to check a chain. Standard library only."""
