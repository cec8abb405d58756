"""Damage: what happens to the bytes of files, at random."""

import random

HEAD = 60_000  # bytes in which the names and the shapes of a weights file are


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes changed, most of them at its beginning, or cut, or with a piece put elsewhere."""
    changed, kind = bytearray(content), chance.randrange(10)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(min(HEAD, len(changed)) if chance.random() < 0.9 else len(changed))
        if kind < 6:
            changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256), changed[place] ^ 1))
        elif kind < 8:
            changed[place : place + chance.choice((1, 4, 8))] = chance.randbytes(chance.choice((1, 4, 8)))
        elif kind == 8:
            other = chance.randrange(min(HEAD, len(changed)))
            changed[place : place + 16] = changed[other : other + 16]
        else:
            return bytes(changed[: chance.choice((place, chance.randrange(len(changed))))])
    return bytes(changed)


def joined(first: bytes, second: bytes, chance: random.Random) -> bytes:
    """Return the beginning of one file with the end of another, or one with a piece of the other in it."""
    place, other = chance.randrange(len(first)), chance.randrange(len(second))
    if chance.random() < 0.5:
        return first[:place] + second[other:]
    return first[:place] + second[other : other + chance.choice((4, 12, 64, 1000))] + first[place:]
