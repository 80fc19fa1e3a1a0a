"""How much may be attached; read by the web and by the child that opens pictures, which loads no Django."""

from __future__ import annotations

from houqin.foreign import MIB

LARGEST_FILE = 15 * MIB
# Decoding takes up to ten times this in bytes.
MOST_PIXELS = 40_000_000
MOST_FILES = 12
