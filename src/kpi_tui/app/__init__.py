"""The screen: everything that knows Textual.

It draws Snapshots and sends keys up; it never fetches, opens a store or computes a KPI.
"""
