-- Run on the one writing connection. FULL: the WAL is synced at each commit (NORMAL would lose
-- acknowledged commits on power loss). Checkpoints are made by the writer thread itself, so that
-- it sees when one fails.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = 16777216;
