"""What the person sets for the app as a whole: models and appearance."""
