"""Configuration: composed by Hydra, checked against the signatures of the components it names."""
