"""The Drive of the stand-in: a file system of its own, so that every program meets it as it would meet the real one.

It speaks to the Linux kernel by itself (FUSE) and needs root, /dev/fuse and no other package.
"""
