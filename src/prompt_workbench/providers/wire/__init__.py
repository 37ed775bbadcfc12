"""Wire formats of model providers, one adapter each behind `providers.base.Provider`.

An interface is two things: a function that writes a request (`…_request`), and a `draft.Draft`
that reads events and whole answers. All else is shared: `adapter` sends, `reception` receives
within limits and takes the times, `usage` judges token counts, `parts` holds what requests have
in common. What an interface cannot express is refused, never left out.

A further interface needs those two, a line in `providers.interfaces`, a form for the fake
server, and has to pass the cases in `tests/providers/conformance`.
"""
