"""Polls every source, folds what they say into the store, publishes Snapshots.

Knows no screen; the app is one of its listeners.
"""
