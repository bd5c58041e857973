"""What happened and what follows from it: pure, standard library only, ``now`` is an argument."""
