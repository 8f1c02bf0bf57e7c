"""Readers of data files: archives, downloads, tables, images, annotations, word vectors."""
