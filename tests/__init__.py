"""Stories with a fixed cast: Asha dispatches, Ben is the engineer, Cora the customer, Mei the business manager, Dev the stranger."""
