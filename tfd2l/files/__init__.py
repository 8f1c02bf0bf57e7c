"""Files that users give: which are theirs, how archives and text files are opened; without knowledge of datasets."""
