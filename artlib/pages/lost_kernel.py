"""Widgets that have lost their kernel: after a restart they stay on the page, and clicks would do nothing, silently.

The front end then gives a widget the class `jupyter-widgets-disconnected` (ipywidgets 7 and 8). No Python runs any
more, so a rule in a style sheet, which is on the page already, lays a sentence over the widget.
"""

import json

RULES = """
{box}.jupyter-widgets-disconnected {{ position: relative; min-height: 48px; }}
{box}.jupyter-widgets-disconnected::before {{
  content: {sentence}; position: absolute; inset: 0; z-index: 100; width: 100%; height: 100%; box-sizing: border-box;
  display: flex; align-items: center; justify-content: center; padding: 8px 16px; text-align: center;
  font: bold 15px/1.4 sans-serif; color: #1a1a1a; background: rgba(255, 244, 214, .88); cursor: not-allowed;
}}
{box}.jupyter-widgets-disconnected .jupyter-widgets-disconnected::before {{ content: none; }}
"""


def lost_kernel_style(box: str, sentence: str) -> str:
    """Return a style element that covers a widget and says why once its kernel is gone.

    Args:
        box: CSS selector of the box to cover; nothing in it can be clicked then.
        sentence: plain text.
    """
    return f"<style>{lost_kernel_rules(box, sentence)}</style>"


def lost_kernel_rules(box: str, sentence: str) -> str:
    """Return the same as the text of a style sheet."""
    return RULES.format(box=box, sentence=json.dumps(sentence, ensure_ascii=False))
