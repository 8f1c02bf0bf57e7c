"""Text: vocabularies and what else models of language share."""
