"""`policyc`: the way in. Nothing heavier than Python itself is imported before it is known to be needed."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` alone would cost a tenth of the start-up time
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process, unless one is given) and return its exit code.

    0: fine. 1: the policy or the data has errors. 2: wrong use, or something could not be read, written or reached.
    3: a gate is not met. 70: a fault of this program. 130: interrupted.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words in (["--version"], ["-V"]):
        from policylang import __version__

        print(f"policyc {__version__}")
        return 0
    from .failures import guarded

    return guarded(words)


if __name__ == "__main__":
    sys.exit(main())
