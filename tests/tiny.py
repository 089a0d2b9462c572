"""A toy model in the wheel's file format: one layer, width 32, written out byte by byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "浦", "东", "浦东", "query", "passage", ":", "п", "公园", "a"]
"""п is of a script that the model does without."""

_WIDTH, _INNER, _POSITIONS = 32, 64, 16


def write_tiny_source(path: Path) -> None:
    """Write the model; each matrix begins with a block whose low nibbles rise and high nibbles fall."""
    blob = "".join(PIECES).encode()
    bounds = np.cumsum([0] + [len(piece.encode()) for piece in PIECES])
    head = b"E5S1" + struct.pack("<I7ifi", 1, _WIDTH, 1, 2, _INNER, len(PIECES) + 3, _POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += bounds.astype("<u4").tobytes() + np.linspace(-1, -2, len(PIECES)).astype("<f4").tobytes() + blob
    rule = struct.pack("<IBI", ord("Ａ"), 1, ord("A"))
    head += struct.pack("<iI", 1, len(rule)) + rule

    ramp = struct.pack("<e", 0.125) + bytes(low | (15 - low) << 4 for low in range(16))
    vector = np.linspace(-1, 1, 64).astype("<f4")
    random = np.random.default_rng(5)
    tensors: list[tuple[str, int, int, bytes]] = []

    def packed(name: str, size: int) -> None:
        rest = (struct.pack("<e", 0.125) + random.bytes(16) for _ in range(size // 32 - 1))
        tensors.append((name, 1, size, ramp + b"".join(rest)))

    def plain(name: str, size: int) -> None:
        tensors.append((name, 0, size, np.resize(vector, size).tobytes()))

    packed("emb.word", (len(PIECES) + 3) * _WIDTH)
    plain("emb.pos", _POSITIONS * _WIDTH)
    plain("emb.type", 2 * _WIDTH)
    plain("emb.ln.w", _WIDTH)
    plain("emb.ln.b", _WIDTH)
    for name in ("q", "k", "v", "ao"):
        packed(f"l0.{name}.w", _WIDTH * _WIDTH)
        plain(f"l0.{name}.b", _WIDTH)
    packed("l0.fi.w", _INNER * _WIDTH)
    plain("l0.fi.b", _INNER)
    packed("l0.fo.w", _WIDTH * _INNER)
    plain("l0.fo.b", _WIDTH)
    for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
        plain(f"l0.{name}", _WIDTH)

    directory = sum(2 + len(name) + 21 for name, *_ in tensors)
    at = len(head) + 4 + directory
    entries, bodies = struct.pack("<i", len(tensors)), b""
    for name, kind, size, body in tensors:
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", kind, size, at + len(bodies), len(body))
        bodies += body
    path.write_bytes(head + entries + bodies)
