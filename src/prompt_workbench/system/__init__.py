"""What the machine gives: paths, child processes, logging, the keyring, safe file writes."""
