"""The command `tfd2l`."""
