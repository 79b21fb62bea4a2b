"""The numbers: metrics, windows, KPI formulas, ranks, content, formatting.

Pure: no clock (``now`` is an argument), no files, no network, no screen.
"""
