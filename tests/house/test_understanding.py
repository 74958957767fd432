"""What the reading of messages keeps noted, so as to start quickly, is what its tables say now."""

import subprocess
import sys

import dev


def test_what_patterns_need_is_noted_anew_when_a_table_has_changed() -> None:
    module = "understanding.learning.needs"
    done = subprocess.run([sys.executable, "-m", module, "--check"], cwd=dev.ROOT, check=False)
    assert done.returncode == 0, f"the file is not fresh: python -m {module}"
