"""`python -m understanding.learning.needs`: notes what the patterns of the tables need, in words/needs.json.

With `--check` it writes nothing, and ends with 1 where the file is not what it would write.
"""

import sys

from understanding.grammar import taken_apart
from understanding.learning.scoring import TUNED, lines
from understanding.needs import FILE, asked, written
from understanding.reader import Reader


def main() -> int:
    """Read every tuning line, so that all tables are wanted; then take apart every pattern that was asked for."""
    reader = Reader((), ())
    for line in lines(TUNED):
        reader.read(line["text"])
    text = written({pattern: taken_apart(pattern) for pattern in asked()})
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text, encoding="utf-8")
        print(f"{FILE.name}: {len(text.encode())} bytes; {len(asked())} patterns")
    return int(text != FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
