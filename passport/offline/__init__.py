"""The verifier as one HTML file, for whoever checks a bundle without any network."""
