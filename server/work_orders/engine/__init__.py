"""Pure: the visit machine, the twin of pwa/src/engines/visits, kept equal by tests/vectors/visits."""
