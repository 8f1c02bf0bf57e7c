"""The engine: one step, one loop, one evaluation, small enough to read in one sitting."""
