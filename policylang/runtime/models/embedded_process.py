"""The program that runs in the embedded server's process. It is started by file name, and imports nothing of ours.

Protocol: the first line of standard input holds the settings as JSON; the first line of standard output answers
`{"url": ...}` or `{"error": ...}`. After that standard input is the life-line: when it closes, or the parent is gone,
the process ends, so that no server outlives its run however the run ends.
"""

from __future__ import annotations

import json
import os
import select
import sys


def main() -> None:
    parent = os.getppid()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever the engine prints goes to the log
    settings = json.loads(sys.stdin.readline())

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {settings["alias"]}
    params.hostnames = [settings["host"]]
    params.port = settings["port"]
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context"]
    params.cpuparams.n_threads = settings["threads"]
    params.cache_ram_mib = settings["cache_mib"]
    params.api_keys = settings["api_keys"]
    params.cors_origins = ""  # no page in a browser may talk to it
    params.cors_origins_explicit = True
    params.ui = False
    params.endpoint_slots = False  # it shows other people's prompts
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        print(json.dumps({"error": str(error)}), file=answers)
        sys.exit(1)
    print(json.dumps({"url": server.listening_address}), file=answers)

    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(0, 1024):
            break
    os._exit(0)  # without waiting for answers that nobody will read


if __name__ == "__main__":
    main()
