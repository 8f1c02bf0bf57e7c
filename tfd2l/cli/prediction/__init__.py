"""What `tfd2l predict` and `tfd2l serve` share: stored models, their inputs, files of records, files of predictions."""
