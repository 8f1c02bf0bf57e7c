"""A tfd2l plugin: the optimizer AdEMAMix and the schedule warm-up, stable, decay."""
