"""What benchmarks compare with, each in a process of its own: no process loads TensorFlow and another framework."""
