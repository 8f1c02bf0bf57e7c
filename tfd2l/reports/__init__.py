"""Reports: functions of a finished run that log figures and tables."""
