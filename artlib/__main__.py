"""Lets `python -m artlib` do what `artlib` does."""

import sys

from artlib.cli import main

sys.exit(main())
