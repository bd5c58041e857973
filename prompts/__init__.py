"""What may be said: the phrase library (话术库), its files and its renderer."""
