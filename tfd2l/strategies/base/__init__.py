"""The base class of strategies and what they share."""
