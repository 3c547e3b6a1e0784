"""Floor 0: what every feature stands on and nothing of the business."""
