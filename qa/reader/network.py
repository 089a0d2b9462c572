"""The network: the embedded encoder made to score every span of a window, and that none answers."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.reader.windows import PAD

WIDTH, LAYERS, HEADS, INNER = 384, 10, 12, 1536
"""Of multilingual-e5-small."""

FROZEN = 4
"""The lowest layers stay the encoder's own: they need neither a backward pass nor room among the weights."""

PAIR_WIDTH = 64
"""Of the two vectors whose product says how well a first and a last token go together."""


class Layer(nn.Module):
    """One layer of a BERT, with the three attention matrices as one."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.merge = nn.Linear(WIDTH, WIDTH)
        self.norm_1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm_2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States ``(n, length, width)`` → the next; ``mask`` ``(n, 1, 1, length)`` is added to attention."""
        n, length, _ = states.shape
        heads = self.attend(states).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], mask.to(heads.dtype))
        states = self.norm_1(states + self.merge(mixed.transpose(1, 2).reshape(n, length, WIDTH)))
        output: Tensor = self.norm_2(states + self.narrow(functional.gelu(self.widen(states))))
        return output


class Network(nn.Module):
    """Tokens → a score for every pair of first and last token, and a score for no answer."""

    def __init__(self, words: Tensor, positions: Tensor, norm: tuple[Tensor, Tensor]) -> None:
        """The encoder's tables, which stay as they are and are not saved with the rest."""
        super().__init__()
        self._words, self._positions, self._norm = words, positions, norm
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.first = nn.Linear(WIDTH, PAIR_WIDTH + 1)
        self.last = nn.Linear(WIDTH, PAIR_WIDTH + 1)
        self.none = nn.Linear(WIDTH, 1)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Ids ``(n, length)`` → scores ``(n, length, length)`` of first and last token, ``(n,)`` of none.

        All pairs are scored; which of them are spans of the passage is for the caller to say.
        """
        states = self._words[ids].float() + self._positions[: ids.shape[1]]
        states = functional.layer_norm(states, (WIDTH,), *self._norm, 1e-12)
        mask = torch.where(ids == PAD, -1e4, 0.0)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        first, last = self.first(states).float(), self.last(states).float()
        pairs = first[..., 1:] @ last[..., 1:].transpose(1, 2) / PAIR_WIDTH**0.5
        spans = pairs + first[..., :1] + last[..., :1].transpose(1, 2)
        return spans, self.none(states[:, 0]).float()[:, 0]

    def freeze(self) -> None:
        """Let training change all but the lowest layers."""
        for at, layer in enumerate(self.layers):
            layer.requires_grad_(at >= FROZEN)

    def trained(self) -> dict[str, Tensor]:
        """By their names, the weights that are not the encoder's."""
        return {
            name: tensor
            for name, tensor in self.state_dict().items()
            if not name.startswith(tuple(f"layers.{at}." for at in range(FROZEN)))
        }


def save_trained(network: Network, path: Path, made_from: dict[str, str]) -> None:
    """Write the trained weights in full precision, whole or not at all."""
    from safetensors.torch import save_file

    fresh = path.with_suffix(".new")
    save_file(network.trained(), fresh, made_from)
    fresh.replace(path)


def new_network(folder: Path) -> Network:
    """The embedded encoder in ``folder`` with a head that has learnt nothing."""
    from safetensors.torch import load_file

    held = load_file(folder / "model.safetensors")

    def tensor(name: str) -> Tensor:
        return held[name].float()

    types = tensor("embeddings.token_type_embeddings.weight")[0]
    network = Network(
        held["embeddings.word_embeddings.weight"],
        tensor("embeddings.position_embeddings.weight") + types,
        (tensor("embeddings.LayerNorm.weight"), tensor("embeddings.LayerNorm.bias")),
    )
    names = {
        "merge": "attention.output.dense",
        "norm_1": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "norm_2": "output.LayerNorm",
    }
    state = network.state_dict()
    for at in range(LAYERS):
        stem = f"encoder.layer.{at}"
        for kind in ("weight", "bias"):
            parts = [tensor(f"{stem}.attention.self.{part}.{kind}") for part in ("query", "key", "value")]
            state[f"layers.{at}.attend.{kind}"] = torch.cat(parts)
            for name, theirs in names.items():
                state[f"layers.{at}.{name}.{kind}"] = tensor(f"{stem}.{theirs}.{kind}")
    for name in ("first", "last", "none"):
        weight = state[f"{name}.weight"]
        state[f"{name}.weight"] = 0.02 * torch.randn(weight.shape)
        state[f"{name}.bias"] = torch.zeros(len(weight))
    network.load_state_dict(state)
    return network
