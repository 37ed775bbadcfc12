"""Amazon's binary event streams, as Bedrock sends them."""

from __future__ import annotations

import json
import struct
import zlib


def event(name: str, payload: object, *, kind: str = "event") -> bytes:
    """Return one message of an event stream; the kind of an error is ``exception``."""
    headers = b"".join(
        _header(key, value)
        for key, value in (
            (f":{kind}-type", name),
            (":content-type", "application/json"),
            (":message-type", kind),
        )
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    message = prelude + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    size = struct.pack(">H", len(value))
    return bytes([len(name)]) + name.encode() + b"\x07" + size + value.encode()
