"""Drawing parts that know no Snapshot."""
