"""What a person can do, one method per thing; both front ends stand on it.

A service method opens one transaction and announces one change set. Every write returns a
`Done` with its inverse, where it has one. Nothing here knows Qt, and what is heavy (the
database, the network) is imported when it is first used, so that a window can paint before.
May import: engine, interop, storage, providers, settings, system, domain.
"""
