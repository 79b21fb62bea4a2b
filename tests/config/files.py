"""Config files for tests."""

from pathlib import Path

import pytest

from kpi_tui.config.load import ConfigError, Problem, load


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A config file with this text."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a file that must not load."""
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems
