"""What is known of an engineer besides being a user."""
