"""Keeps what the sources said: one SQLite file, its history and its upkeep.

Knows no source and no formula; see :class:`kpi_tui.store.store.Store`.
"""
