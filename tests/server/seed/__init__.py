"""Stories of the demo company."""
