"""Where the config, the database and the sign-ins are when nobody says otherwise.

Knows nothing of what is in them; imports no validation, so that it costs nothing.
"""

from pathlib import Path

import platformdirs


def default_config_path() -> Path:
    """``config.toml`` in the platform's config directory."""
    return platformdirs.user_config_path("kpi-tui", appauthor=False) / "config.toml"


def default_data_path() -> Path:
    """``kpi.db`` in the platform's data directory."""
    return platformdirs.user_data_path("kpi-tui", appauthor=False) / "kpi.db"


def default_signin_path() -> Path:
    """The folder of those who signed in, beside the database's own place."""
    return platformdirs.user_data_path("kpi-tui", appauthor=False) / "signin"
