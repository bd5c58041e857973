"""Text to vectors to neighbours: encoders, word splitting, lexical and vector indexes, hybrid search.

This room knows nothing of customer service; it may be used on its own.
"""
