"""Real classes behind the program's own ports, quick and deterministic, for tests."""
