"""TOML to validated settings, every error at once with its place."""
