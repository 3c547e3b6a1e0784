"""What a form template means and what is wrong with answers to it. Pure: JSON in, JSON out; twin of pwa/src/engines/forms."""
