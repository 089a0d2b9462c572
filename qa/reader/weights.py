"""The trained weights as they ship: int8, a scale for each row, in one safetensors file with a checksum."""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from embeddings import bundled
from qa.errors import ReaderError
from qa.reader.network import Network, new_network

SHIPPED = Path(__file__).with_name("reader.safetensors")
ENCODER = f"{bundled.MODEL_NAME} {bundled.FORMAT} {bundled.SOURCE_SHA256}"
"""The encoder that the weights are trained on and read with."""

_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns the network's scores into a decision and a probability, fitted on held-out data."""

    threshold: float = 0.0
    """Of the answers' certainty over that of none, in nats: below it a passage does not answer."""
    weights: tuple[float, float, float] = (1.0, 1.0, 0.0)
    """Of a logistic regression: of the certainty over none, of the best span's share in it, a constant."""


def save_packed(network: Network, path: Path, calibration: Calibration, made_from: dict[str, str]) -> None:
    """Write the trained layers and the head, rounded."""
    from safetensors.torch import save_file

    packed: dict[str, Tensor] = {}
    for name, tensor in network.trained().items():
        if tensor.dim() == 2 and name.startswith("layers."):
            scale = tensor.abs().amax(dim=1).clamp(min=1e-8) / 127
            packed[name] = (tensor / scale[:, None]).round().to(torch.int8)
            packed[f"{name}.scale"] = scale
        else:
            packed[name] = tensor.clone()
    told = made_from | {
        "format": _FORMAT,
        "encoder": ENCODER,
        "calibration": json.dumps(asdict(calibration)),
        "sha256": _digest(packed),
    }
    save_file(packed, path, told)


def load_packed(path: Path, folder: Path) -> tuple[Network, Calibration]:
    """The network that runs on int8, upon the embedded encoder in ``folder``.

    Raises ReaderError where the file is missing, broken, or made for another encoder.
    """
    network = new_network(folder)
    state, told = unpacked(path)
    network.load_state_dict(state, strict=False)
    for layer in network.layers:
        for name in ("attend", "merge", "widen", "narrow"):
            setattr(layer, name, _in_int8(getattr(layer, name)))
    network.eval().requires_grad_(requires_grad=False)
    given = json.loads(told["calibration"])
    return network, Calibration(given["threshold"], tuple(given["weights"]))


def unpacked(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The weights of a packed file in full precision, and what the file tells of itself.

    Raises ReaderError as ``load_packed`` does.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
            packed = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, no dictionary
    except OSError as error:
        raise ReaderError(f"无法读取阅读器的权重 {path}：{error.strerror or error}。{_MEND}") from error
    except SafetensorError as error:
        raise ReaderError(f"阅读器的权重 {path} 已损坏或不完整。{_MEND}") from error
    if told.get("format") != _FORMAT or told.get("encoder") != ENCODER:
        raise ReaderError(f"阅读器的权重 {path} 不属于本版本的内置模型。{_MEND}")
    if told.get("sha256") != _digest(packed):
        raise ReaderError(f"阅读器的权重 {path} 已损坏。{_MEND}")
    scales = {name: packed.pop(f"{name}.scale") for name in list(packed) if f"{name}.scale" in packed}
    whole = {
        name: packed[name] * scales[name][:, None] if name in scales else packed[name] for name in packed
    }
    return whole, told


def _in_int8(linear: nn.Linear) -> nn.Module:
    """The layer in int8, where this PyTorch has that: it means to drop it some day, for another way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Int8Linear(linear)
        except (AttributeError, RuntimeError, NotImplementedError):
            return linear


class Int8Linear(nn.Module):
    """A linear layer in int8, inputs rounded as they come: two to four times as fast as in full precision."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        scale = linear.weight.detach().abs().amax(dim=1).clamp(min=1e-8) / 127
        rounded = (linear.weight.detach() / scale[:, None]).round().to(torch.int8)
        none = torch.zeros(len(scale), dtype=torch.long)
        weight = torch._make_per_channel_quantized_tensor(rounded, scale.double(), none, 0)
        self._packed: Any = torch.ops.quantized.linear_prepack(weight, linear.bias.detach())

    def forward(self, states: Tensor) -> Tensor:
        """As a linear layer."""
        return torch.ops.quantized.linear_dynamic(states, self._packed, False)  # type: ignore[no-any-return]


def _digest(tensors: dict[str, Tensor]) -> str:
    total = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        total.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        total.update(tensor.contiguous().numpy().tobytes())
    return total.hexdigest()


_MEND = "请重新安装本程序"
