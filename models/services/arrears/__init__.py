"""What is told about debts as a whole: figures of a day, ranking of a month, list of a year."""
