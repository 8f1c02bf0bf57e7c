"""Files of users: which files of a folder are meant, and how archives, text and images are opened."""
