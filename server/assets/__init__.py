"""Product lines, products (models) and installed assets."""
