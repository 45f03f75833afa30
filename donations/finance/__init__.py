"""What finance does with gifts in the admin: lists, the story of each, actions, the month, the export."""
