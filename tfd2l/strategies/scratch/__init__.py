"""The parallelism of sections 12.5 and 12.7 written out, without `tf.distribute`: to read, and to compare with."""
