"""Compiles translations with Babel (GNU gettext is not on a fresh machine): .po to .mo, only what has changed."""

import subprocess
from pathlib import Path

from ops.errors import SetupError
from ops.paths import ROOT, VENV


def compile_catalogues(root: Path = ROOT / "locale") -> int:
    """Compiles every catalogue newer than its result; returns how many. Raises SetupError for a broken one."""
    done = 0
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        unfinished = target.with_suffix(".mo.part")
        language = source.parents[1].name
        command = [str(VENV / "bin" / "pybabel"), "-q", "compile", "-i", source, "-o", unfinished, "-l", language]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise SetupError(f"译文 {source} 无法编译：{finished.stderr[-400:]}", f"{source} cannot be compiled.")
        unfinished.replace(target)
        done += 1
    return done
