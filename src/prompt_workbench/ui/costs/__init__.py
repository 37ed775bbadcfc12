"""The Costs page: what the calls of a period cost, how long they took, what was passed."""
