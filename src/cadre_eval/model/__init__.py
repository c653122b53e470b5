"""People, units, postings, transfers, periods and what is recorded of them: frozen records, no I/O, no clock."""
