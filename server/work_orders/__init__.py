"""Work orders, visits, comments: the business itself."""
