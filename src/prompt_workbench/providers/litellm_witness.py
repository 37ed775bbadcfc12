"""What was seen on the wire, against which litellm's reading of it is held.

litellm calls a stream that ends without a finish reason complete, counts tokens itself where
the provider did not, and makes up ids. What is not in the bytes is taken out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.wire.chat_answer import ChatAnswer
from prompt_workbench.providers.wire.usage import anthropic_counts, gemini_counts, openai_counts

_REASON = re.compile(
    rb'"(?:finish_?reason|stop_?reason|done_?reason|completion_?reason)"\s*:\s*"([^"\\]{1,60})"',
    re.IGNORECASE,
)
_TOKENS = re.compile(rb'"[a-z_]*token[a-z_]*"\s*:\s*[0-9]', re.IGNORECASE)
_OVERLAP = 200
"""How much of what came before is looked at again: a name may be cut in two."""
_COUNTS = ("usage", "usageMetadata")


class Witness:
    """Reads the bytes of an answer without knowing their form.

    A quote inside of a text has a backslash before it, so no text can pass for a field.
    """

    def __init__(self) -> None:
        self.has_seen = False
        """Whether litellm read any of the answer."""
        self.repaired = False
        """Whether bytes that are no valid text were replaced before litellm read them."""
        self.id: str | None = None
        self.counts: JsonObject = {}
        """The usage objects of the answer, later ones over earlier ones."""
        self._tail = b""
        self._reason: str | None = None
        self._has_told_reason = False
        self._has_tokens = False

    def see(self, data: bytes) -> None:
        """Take note of more of the answer."""
        self.has_seen = True
        seen = self._tail + data
        self._tail = seen[-_OVERLAP:]
        if found := _REASON.findall(seen):
            self._reason = found[-1].decode("utf-8", "replace")
        self._has_tokens = self._has_tokens or _TOKENS.search(seen) is not None

    def note(self, value: JsonObject) -> None:
        """Keep the id and the counts in a part of the answer."""
        for found in (value, value.get("message")):
            if isinstance(found, dict) and isinstance(name := found.get("id"), str):
                self.id = self.id or name
        for counts in _counts_in(value):
            self.counts |= counts

    def corrected(self, piece: JsonObject, data: bytes) -> JsonObject:
        """Return a piece of the answer with only what was on the wire.

        Args:
            piece: In the form of chat completions.
            data: The bytes that it was made of.
        """
        kept = dict(piece)
        kept.pop("id", None)
        model = kept.get("model")
        if not isinstance(model, str) or model.encode("utf-8", "replace") not in data:
            kept.pop("model", None)
        if not self._has_tokens:
            kept.pop("usage", None)
        choices = kept.get("choices")
        if isinstance(choices, list):
            kept["choices"] = [self._choice(choice) for choice in choices]
        return kept

    def missed(self) -> list[JsonObject]:
        """Return what was on the wire and litellm did not tell of."""
        if self._has_told_reason or self._reason is None:
            return []
        return [{"choices": [{"index": 0, "delta": {}, "finish_reason": self._reason}]}]

    def _choice(self, choice: Json) -> Json:
        if not isinstance(choice, dict) or choice.get("finish_reason") is None:
            return choice
        # The provider's own word, not what litellm translates it to.
        self._has_told_reason = self._reason is not None
        return {**choice, "finish_reason": self._reason}


class WitnessedAnswer(ChatAnswer):
    """An answer that litellm has read, with what was on the wire in the place of its guesses."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness
        self._read: Json = None

    @override
    def usage(self) -> Usage | None:
        counts = self._witness.counts
        if "input_tokens" in counts:
            return anthropic_counts(counts)
        if "promptTokenCount" in counts:
            return gemini_counts(counts)
        if "billed_units" in counts:
            # Cohere bills less than it counts: what it puts around a prompt is free.
            return openai_counts(counts["billed_units"])
        return openai_counts(self._read)

    @property
    @override
    def usage_is_final(self) -> bool:
        # Counts at the start of a stream are not the bill.
        return not self._witness.has_seen or self.finish_reason is not None

    def settle(self) -> None:
        """Take over what the witness knows better."""
        self.response_id = self.response_id or self._witness.id
        self._read, self.usage_raw = self.usage_raw, self._witness.counts or self.usage_raw
        self.repaired = self.repaired or self._witness.repaired


def _counts_in(value: Json, *, depth: int = 3) -> Iterator[JsonObject]:
    if isinstance(value, dict) and depth:
        for name, inner in value.items():
            if name in _COUNTS and isinstance(inner, dict):
                yield inner
            else:
                yield from _counts_in(inner, depth=depth - 1)
