"""What opens over the tabs and closes with Escape."""
