"""`policyc completion`: the script that a shell completes commands with."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from .commands import PROGRAM, policyc
from .failures import COMPLETE
from .output import Output, output_options

SHELLS = ("bash", "zsh", "fish")

EPILOG = """\b
Examples:
  policyc completion bash >> ~/.bashrc
  policyc completion zsh >> ~/.zshrc
  policyc completion fish > ~/.config/fish/completions/policyc.fish"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
@output_options
def completion(output: Output, shell: str) -> None:
    """Print the script that makes SHELL complete policyc's commands and options."""
    found = get_completion_class(shell)
    if found is None:
        raise click.ClickException(f"click has no completion for {shell}")
    # The base class's method: bash's own would first run a bash to look at its version.
    script = ShellComplete.source(found(policyc, {}, PROGRAM, COMPLETE))
    output.result({"shell": shell, "script": script}, script)
