"""An experiment: from one configuration to one tracked run."""
