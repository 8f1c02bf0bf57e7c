"""The parallelism of sections 12.5 and 12.7 from scratch, without `tf.distribute`, to read and to compare with."""
