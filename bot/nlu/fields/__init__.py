"""Finding the values a customer states: one small module for each kind of value."""
