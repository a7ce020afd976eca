-- The journal of one run, schema version 1 (PRAGMA user_version). The file holds exactly one run.
-- State tables are the truth; `event` is the story told beside it, written in the same transaction.
-- 0 in the C structs means "none" and is NULL here, so that foreign keys hold.
-- Times are wall-clock milliseconds, for people only: nothing is decided by them.

CREATE TABLE run (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    goal TEXT NOT NULL,
    worktree TEXT NOT NULL,
    model_path TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    arithmetic TEXT NOT NULL,
    config_json TEXT NOT NULL,
    base_json TEXT NOT NULL,
    state TEXT NOT NULL,
    result_json TEXT NOT NULL,
    seed INTEGER NOT NULL, -- the bits of an unsigned 64-bit number
    root_agent INTEGER REFERENCES agent (id) DEFERRABLE INITIALLY DEFERRED,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT;

-- Bytes by their SHA-256, so that a text shared by hundreds of agents is stored once.
-- codec 0: as they are; 1: zstd.
CREATE TABLE content (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    codec INTEGER NOT NULL CHECK (codec IN (0, 1)),
    size INTEGER NOT NULL CHECK (size >= 0),
    data BLOB NOT NULL
) STRICT;

-- Numbers for content, given out by the loop before the writer has hashed anything.
CREATE TABLE text (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    hash BLOB NOT NULL REFERENCES content (hash)
) STRICT;

-- A committed layer; a directory without a row here is rubbish of an interrupted call.
CREATE TABLE layer (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    agent INTEGER REFERENCES agent (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL
) STRICT;

CREATE TABLE agent (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    parent INTEGER REFERENCES agent (id) DEFERRABLE INITIALLY DEFERRED,
    parent_call INTEGER NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    definition BLOB NOT NULL REFERENCES content (hash),
    tools BLOB NOT NULL REFERENCES content (hash),
    brief TEXT NOT NULL,
    item TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    fork_layer INTEGER REFERENCES layer (id) DEFERRABLE INITIALLY DEFERRED,
    turns INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    tokens_left INTEGER NOT NULL,
    calls_left INTEGER NOT NULL,
    ms_left INTEGER NOT NULL,
    agents_left INTEGER NOT NULL,
    layers_json TEXT NOT NULL,
    UNIQUE (path, attempt)
) STRICT;

CREATE TABLE turn (
    agent INTEGER NOT NULL REFERENCES agent (id) DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL,
    prompt_tokens BLOB NOT NULL, -- int32, little-endian
    answer_tokens BLOB NOT NULL,
    prompt_computed INTEGER NOT NULL,
    end TEXT NOT NULL,
    PRIMARY KEY (agent, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE call (
    agent INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    number INTEGER NOT NULL,
    tool TEXT NOT NULL,
    arguments_json TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'truncated', 'uncertain')),
    result TEXT NOT NULL,
    result_text INTEGER REFERENCES text (id) DEFERRABLE INITIALLY DEFERRED,
    result_hash TEXT NOT NULL,
    layer INTEGER REFERENCES layer (id) DEFERRABLE INITIALLY DEFERRED,
    changes_json TEXT NOT NULL,
    cpu_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    exit_status INTEGER NOT NULL,
    PRIMARY KEY (agent, turn, number),
    FOREIGN KEY (agent, turn) REFERENCES turn (agent, number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

-- The bytes of a file as an agent last read it: what the grammar binds old_string to.
CREATE TABLE read_file (
    agent INTEGER NOT NULL REFERENCES agent (id) DEFERRABLE INITIALLY DEFERRED,
    path TEXT NOT NULL,
    text INTEGER NOT NULL REFERENCES text (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (agent, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms INTEGER NOT NULL,
    agent INTEGER, -- no foreign key: an event may tell of an agent that was refused
    type TEXT NOT NULL,
    data_json TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_agent ON event (agent, seq);

-- Ids that may have left a trace outside this file (layer directories) are reserved in blocks
-- before they are given out, so that no crash makes one come back.
CREATE TABLE reserved (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO reserved (name, next) VALUES ('layer', 1);
