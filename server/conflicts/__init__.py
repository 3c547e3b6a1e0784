"""What needs a person: values that clashed and mutations that were parked."""
