"""The Costs page: spend, latency and pass rate over time."""
