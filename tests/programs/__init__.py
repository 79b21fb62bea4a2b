"""Starts kpi-tui as a process of its own, without importing it each time anew."""
