"""Models: functions or classes that build a keras.Model from a DataInfo."""
