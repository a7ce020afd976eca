#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H
/* Every bound of the program in one place (G8): name, unit, value and the reason for the value.
 * A module adds its own here, with a test that reaches it. */

/* Longest error message, bytes: three lines of a terminal. */
#define ERR_MSG_MAX 512
/* Nesting of any JSON we read; cJSON recurses once a level, the deepest schema known has 12. */
#define JSON_DEPTH_MAX 64
/* Characters of one JSON number; cJSON copies it into 64 bytes and would cut a longer one. */
#define JSON_NUMBER_CHARS_MAX 63
/* One JSON document from outside, bytes: agent files, tool arguments, configuration. */
#define JSON_BYTES_MAX (4u << 20)
/* A path inside a workspace, bytes (PATH_MAX of Linux). */
#define PATH_BYTES_MAX 4096

/* Agents alive or ended in one run; DESIGN 12 asks for 300, a run of days spawns more. */
#define AGENTS_MAX 4096
/* Depth of the agent tree: a lead, its workers, their helpers, and one to spare. */
#define AGENT_DEPTH_MAX 4
/* Items of one Swarm call. */
#define SWARM_ITEMS_MAX 1024
/* One of them: a path (Swarm.json says the same of items that are listed in the call). */
#define SWARM_ITEM_BYTES_MAX PATH_BYTES_MAX
/* Agents of one turn that begin alike, from which on their beginning is declared to the engine as
 * shared (seq_create_sharing): reading it expanded pays from about six that are computed together
 * (`drover model bench -b N --shared 4096`, V2-Lite's shape), and some wait for their tools. */
#define SHARED_AGENTS_MIN 8
/* Calls of one turn. */
#define CALLS_PER_TURN_MAX 32
/* Turns of one agent when its definition does not say. */
#define AGENT_TURNS_DEFAULT 100
/* Turns of one agent that a journal may tell of: months of them, and an array that can be had. */
#define AGENT_TURNS_MAX (1 << 24)
/* The same call with the same result: told to the model at 3, ends the agent at 6 (issue 2). */
#define LOOP_TELL_COUNT 3
#define LOOP_END_COUNT  6

/* Text of one tool result that enters a context, bytes; the full text stays in the store. */
#define RESULT_BYTES_MAX (16u << 10)
/* Full output of a command kept in the store, bytes; then the call is killed. */
#define OUTPUT_BYTES_MAX (8u << 20)
/* A file that Read, Edit or Grep opens, bytes. */
#define FILE_BYTES_MAX (8u << 20)
/* Lines of one Read. */
#define READ_LINES_MAX 2000
/* Entries of a manifest that a cell hands back. */
#define MANIFEST_ENTRIES_MAX 50000
/* Committed layers under an agent before they are flattened into a new one; overlayfs allows 500
 * lowers, each open costs a lookup a layer. */
#define LAYERS_STACK_MAX 16

/* CPU time and wall-clock backstop of one call, milliseconds. */
#define CALL_CPU_MS_DEFAULT  120000
#define CALL_WALL_MS_DEFAULT 600000
/* A call that runs longer is a slow one: its agent's KV pages may go to disk. */
#define CALL_SLOW_MS 5000
/* Processes, open files and bytes of one file inside a cell. */
#define CELL_PROCESSES_MAX  512
#define CELL_FILES_MAX      1024
#define CELL_FILE_BYTES_MAX (1ull << 30)
/* Cells alive at once; the machine has few cores, tools queue. */
#define CELLS_MAX 64

/* Tokens of one sequence when neither model nor user says less. */
#define CONTEXT_TOKENS_MAX (1u << 20)

/* A GGUF file: longest key (the format's own), string (a chat template or contract has at most some
 * hundred KiB), array (the largest vocabulary known has 262k tokens and 514k merges), and counts
 * well above the largest models (V3: 1,100 tensors, 60 keys, 30 parts). */
#define GGUF_KEY_MAX         65535u
#define GGUF_STRING_MAX      (4u << 20)
#define GGUF_ARRAY_MAX       (16u << 20)
#define GGUF_KEYS_MAX        (1u << 16)
#define GGUF_TENSORS_MAX     (1u << 17)
#define GGUF_TENSOR_NAME_MAX 63u
#define GGUF_PARTS_MAX       999u
#define GGUF_ALIGNMENT_MAX   65536u

/* store/: transactions and bytes of one group commit (one fsync serves them all; more only delays
 * the first); bytes of one transaction (a Swarm of 1,024 children with their briefs, several files
 * of FILE_BYTES_MAX); a reserve that a full disk still lets go of, for parking some thousand
 * agents; WAL pages of 4 KiB after which a checkpoint is tried; layer ids reserved at a time. */
#define STORE_GROUP_TXNS_MAX  64
#define STORE_GROUP_BYTES_MAX (16u << 20)
#define TXN_BYTES_MAX         (256u << 20)
#define STORE_RESERVE_BYTES   (8u << 20)
#define STORE_WAL_PAGES       1024
#define STORE_LAYER_BLOCK     1024
/* Packed weights below this many bytes are packed anew at each start: faster than a cache file. */
#define MODEL_CACHE_BYTES_MIN (256ull << 20)

/* tools/: bytes of one line that Read and Grep show; files that Glob lists and lines that Grep
 * prints when the call does not say; entries and depth of one walk over the workspace (sandbox/
 * goes no deeper, either, and takes no deeper base); text that a file tool hands back (the model
 * sees RESULT_BYTES_MAX of it); steps that PCRE2 may take on one line, about 50 ms, and
 * alternatives that {a,b} in a glob may make. */
#define READ_LINE_BYTES_MAX   2000
#define GREP_LINE_BYTES_MAX   500
#define GLOB_FILES_MAX        1000
#define GREP_LINES_DEFAULT    250
#define WALK_ENTRIES_MAX      500000
#define WALK_DEPTH_MAX        100
#define TOOL_TEXT_BYTES_MAX   (1u << 20)
#define GREP_MATCH_LIMIT      1000000
#define GLOB_ALTERNATIVES_MAX 64

/* Fewest KV pages (of 32 tokens) an engine starts with: a prompt of some hundred tokens. */
#define KV_PAGES_MIN 8u
/* Rows of one forward pass: where the kernels stop gaining; and how many of them may be tokens
 * that a sequence already writing must catch up with (forced text). */
#define ENGINE_ROWS_MAX     512
#define ENGINE_CATCH_UP_MAX 64
/* Tokens guessed at once for a turn that copies: more would touch most experts of a layer, and the
 * tail's page ends after 16 on average. */
#define ENGINE_DRAFTS_MAX 8
/* Pages of a declared prefix that one step expands at most (a second or two of V2-Lite), and rows
 * of a prompt that take about the time of one. */
#define ENGINE_EXPAND_MAX  64
#define ENGINE_EXPAND_ROWS 4
/* Of the memory for keys and values, what expanded pages may take when a run begins: a quarter. */
#define ENGINE_EXPAND_SHARE 4
/* Text that a grammar forces at once, bytes: the longest name, key or path with its framing. */
#define FORCED_BYTES_MAX (64u << 10)
/* The page file of a run: bytes when nobody says otherwise, slots (the longest unused is looked for
 * among all), what is left to others on its disk, what one step reads back before it goes on with
 * those who write (some ms), and what a stopping engine writes (a second or two). */
#define PAGES_BYTES_DEFAULT  (8ull << 30)
#define PAGES_SLOTS_MAX      (1u << 16)
#define PAGES_DISK_FREE_MIN  (2ull << 30)
#define PAGES_READ_BYTES_MAX (8u << 20)
#define PAGES_STOP_BYTES_MAX (1ull << 30)
/* The longest prefix is looked for among so many turns of the queue (a walk over their pages, some
 * 100 us), and the first of them waits for so many others at most. */
#define ENGINE_ADMIT_AMONG  32
#define ENGINE_ADMIT_PASSED 16
/* Turns computed together; others wait their turn in a queue. */
#define ENGINE_TURNS_MAX  256
#define ENGINE_STATES_MAX 256 /* sequences of a model with linear attention that compute */
#endif
