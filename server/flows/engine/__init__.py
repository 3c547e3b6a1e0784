"""Pure: which status a work order has, given its visits and the table of its flow."""
