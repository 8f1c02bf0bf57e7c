"""Reports: functions of a finished run that log figures and tables, and return the numbers that they measured."""
