"""What pyproject.toml cannot say: the recorded results, which stand beside the package, are shipped inside it."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

RESULTS = Path(__file__).parent / "results"


class BuildWithResults(build_py):
    """Copy `results/**/*.json` to `lstm_lab/recorded`, where `lstm_lab.results` finds them."""

    def run(self) -> None:
        """Build, and copy unless the package stays in its checkout."""
        super().run()
        if self.editable_mode:
            return
        for file in sorted(RESULTS.rglob("*.json")):
            copy = Path(self.build_lib, "lstm_lab", "recorded", file.relative_to(RESULTS))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


setup(cmdclass={"build_py": BuildWithResults})
