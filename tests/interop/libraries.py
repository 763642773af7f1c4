"""The original libraries, imported so that they give the same numbers on every run.

A torchvision that was built for another torch fails while it registers shapes of operators that it does not have; those
registrations are of no use here, and are skipped.
"""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch  # noqa: E402

_register_fake = torch.library.register_fake


def _register_known(operator, *arguments, **options):
    if isinstance(operator, str) and operator.startswith("torchvision::"):
        return lambda function: function
    return _register_fake(operator, *arguments, **options)


torch.library.register_fake = _register_known
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
torch.set_grad_enabled(False)

import open_clip  # noqa: E402
import peft  # noqa: E402
import timm  # noqa: E402
import transformers  # noqa: E402

transformers.utils.logging.disable_progress_bar()

__all__ = ["open_clip", "peft", "timm", "torch", "transformers", "versions"]


def versions(*modules) -> str:
    """Such as `transformers 5.18.0, torch 2.13.0`."""
    named = [f"{module.__name__} {module.__version__.split('+')[0]}" for module in (*modules, torch)]
    return ", ".join(named)
