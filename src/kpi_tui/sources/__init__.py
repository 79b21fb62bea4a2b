"""Connectors: from each provider's shape to readings. All that knows network and files."""
