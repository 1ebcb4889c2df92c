"""Prompts: the policy partially evaluated. What is known when compiling is text, the rest stays a named slot."""

from .prompt import Message, Prompt, PromptError, Slot, render
from .stages import compile_prompts

__all__ = ["Message", "Prompt", "PromptError", "Slot", "compile_prompts", "render"]
