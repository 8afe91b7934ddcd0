"""The story, step by step, with the wrong turns that must be refused on the way: chapter by chapter, in this order."""

from stack.demo.story import reaching_out, medicine, afterwards, between, a_day  # isort: skip
from stack.demo.story.a_day import WHAT_TO_SEE
from stack.demo.story.steps import STEPS

__all__ = ["STEPS", "WHAT_TO_SEE", "a_day", "afterwards", "between", "medicine", "reaching_out"]
