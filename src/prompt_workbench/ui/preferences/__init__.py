"""What holds for all projects of a person: their models, and the declared settings."""
