-- Run on every connection when it is opened, before anything is read.
-- mmap_size 0: a torn page must be an error, not a SIGBUS; and mmap with WAL corrupted databases
-- before SQLite 3.51.3.
PRAGMA mmap_size = 0;
PRAGMA cell_size_check = ON;
PRAGMA trusted_schema = OFF;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA busy_timeout = 5000;
PRAGMA cache_size = -8192;
