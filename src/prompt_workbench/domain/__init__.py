"""Values and pure functions: no I/O, no Qt, no SQL, no asyncio.

Every value is frozen; an operation returns a new one. Unknown is None, never zero.
"""
