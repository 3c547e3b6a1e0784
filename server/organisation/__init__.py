"""The company itself: organisation, regions, teams. Not: who works there (accounts)."""
