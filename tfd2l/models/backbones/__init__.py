"""Networks that several models are built on."""
