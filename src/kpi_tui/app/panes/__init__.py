"""The tabs' contents, one file each; they draw their slice of a Snapshot."""
