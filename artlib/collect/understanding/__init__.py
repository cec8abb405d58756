"""Understanding a source before anything is written: what it holds, and whose work each picture is."""
