"""What the server speaks with, for tests: a push service that decrypts, a mail server, an SMS carrier. All on loopback."""
