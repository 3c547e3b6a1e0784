"""Form templates, their versions, which form an order gets, and what was answered. The pure engine is in `engine`."""
