-- Every statement of the store. `-- name:` makes it one; the names are listed in store_int.h, and
-- all of them are prepared when a store is opened, so that a typo fails at once.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: reserve_layers
UPDATE reserved SET next = max(next, ?1) WHERE name = 'layer';

-- name: run_insert
INSERT INTO run (one, id, goal, worktree, model_path, model_hash, arithmetic, config_json,
    base_json, state, result_json, seed, root_agent, created_ms, updated_ms)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: run_state
UPDATE run SET state = ?1, result_json = coalesce(?2, result_json), updated_ms = ?3;

-- name: agent_insert
INSERT INTO agent (id, parent, parent_call, path, name, definition, tools, brief, item, attempt,
    state, reason, result, fork_layer, turns, calls, tokens_in, tokens_out, tokens_left, calls_left,
    ms_left, agents_left, layers_json)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
    ?21, ?22, ?23);

-- name: agent_update
UPDATE agent SET state = ?2, reason = ?3, result = ?4, fork_layer = ?5, turns = ?6, calls = ?7,
    tokens_in = ?8, tokens_out = ?9, tokens_left = ?10, calls_left = ?11, ms_left = ?12,
    agents_left = ?13, layers_json = ?14
WHERE id = ?1;

-- name: turn_insert
INSERT INTO turn (agent, number, prompt_tokens, answer_tokens, prompt_computed, end)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: call_insert
INSERT INTO call (agent, turn, number, tool, arguments_json, state, result, result_text,
    result_hash, layer, changes_json, cpu_ms, wall_ms, exit_status)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: call_update
UPDATE call SET state = ?4, result = ?5, result_text = ?6, result_hash = ?7, layer = ?8,
    changes_json = ?9, cpu_ms = ?10, wall_ms = ?11, exit_status = ?12
WHERE agent = ?1 AND turn = ?2 AND number = ?3;

-- name: layer_insert
INSERT INTO layer (id, agent, kind) VALUES (?1, ?2, ?3);

-- name: content_has
SELECT 1 FROM content WHERE hash = ?1;

-- name: content_insert
INSERT INTO content (hash, codec, size, data) VALUES (?1, ?2, ?3, ?4);

-- name: text_insert
INSERT INTO text (id, hash) VALUES (?1, ?2);

-- name: read_file_put
INSERT INTO read_file (agent, path, text) VALUES (?1, ?2, ?3)
ON CONFLICT (agent, path) DO UPDATE SET text = excluded.text;

-- name: event_insert
INSERT INTO event (time_ms, agent, type, data_json) VALUES (?1, ?2, ?3, ?4);

-- name: read_ids
SELECT (SELECT max(id) FROM agent), (SELECT max(id) FROM text),
    (SELECT next FROM reserved WHERE name = 'layer');

-- name: read_run
SELECT id, goal, worktree, model_path, model_hash, arithmetic, config_json, base_json, state,
    result_json, seed, root_agent, created_ms, updated_ms
FROM run;

-- name: read_agents
SELECT a.id, a.parent, a.parent_call, a.path, a.name, d.hash, d.codec, d.size, d.data, t.hash,
    t.codec, t.size, t.data, a.brief, a.item, a.attempt, a.state, a.reason, a.result, a.fork_layer,
    a.turns, a.calls, a.tokens_in, a.tokens_out, a.tokens_left, a.calls_left, a.ms_left,
    a.agents_left, a.layers_json
FROM agent AS a CROSS JOIN content AS d ON d.hash = a.definition
    CROSS JOIN content AS t ON t.hash = a.tools
ORDER BY a.id;

-- name: read_turns
SELECT agent, number, prompt_tokens, answer_tokens, prompt_computed, end
FROM turn WHERE agent = ?1 ORDER BY number;

-- name: read_calls
SELECT agent, turn, number, tool, arguments_json, state, result, result_text, result_hash, layer,
    changes_json, cpu_ms, wall_ms, exit_status
FROM call WHERE agent = ?1 ORDER BY turn, number;

-- name: read_calls_all
SELECT agent, turn, number, tool, arguments_json, state, result, result_text, result_hash, layer,
    changes_json, cpu_ms, wall_ms, exit_status
FROM call ORDER BY agent, turn, number;

-- name: read_files
SELECT f.path, c.hash, c.codec, c.size, c.data
FROM read_file AS f CROSS JOIN text AS t ON t.id = f.text CROSS JOIN content AS c ON c.hash = t.hash
WHERE f.agent = ?1 ORDER BY f.path;

-- name: read_layers
SELECT id, agent FROM layer ORDER BY id;

-- name: read_text
SELECT c.hash, c.codec, c.size, c.data
FROM text AS t CROSS JOIN content AS c ON c.hash = t.hash
WHERE t.id = ?1;

-- name: read_events
SELECT seq, time_ms, agent, type, data_json FROM event WHERE seq > ?1 ORDER BY seq;

-- name: read_events_agent
SELECT seq, time_ms, agent, type, data_json FROM event WHERE agent = ?2 AND seq > ?1 ORDER BY seq;
