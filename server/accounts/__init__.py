"""Who may come in: users, their passwords, devices, sessions, API tokens. Not: what they may do (permissions)."""
