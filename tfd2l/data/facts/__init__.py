"""Facts: what only some data have, one frozen dataclass for each (see `DataInfo.fact`)."""
