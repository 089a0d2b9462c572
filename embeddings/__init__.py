"""Text to unit vectors to nearest rows; knows nothing of reports, questions or answers."""
