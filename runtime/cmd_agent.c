/* `drover agent check|list|schema`: definitions of agents, without running any. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agents/agents.h"
#include "runtime/runtime.h"

/* Where the right column of `agent list` begins. */
#define LIST_COLUMN 13u

static void set_free(struct agent_set **set) {
    agent_set_destroy(*set);
}
#define AUTO_SET __attribute__((cleanup(set_free)))

/* The definitions that a run here would see. */
static bool load_here(struct agent_set *set, struct err *err) {
    AUTO_FREE char *user = NULL;
    AUTO_FREE char *project = paths_project();
    return paths_dir(&user, PATH_CONFIG, "agents", err) && agent_set_load_dir(set, user, err) &&
           agent_set_load_project(set, project, err);
}

static bool load_operand(struct agent_set *set, const char *path, struct err *err) {
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return agent_set_load_dir(set, path, err);
    return agent_set_load_file(set, path, err);
}

static bool check_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_SET struct agent_set *set = agent_set_create();
    if (!load_here(set, err))
        return false;
    for (size_t i = 0; i < args->n_operands; i++)
        if (!load_operand(set, args->operand[i], err))
            return false;
    if (!agent_set_check(set, err))
        return false;
    size_t n = 0;
    while (agent_set_at(set, n))
        n++;
    out_printf("%zu agents, all well formed\n", n);
    return true;
}

static void list_one(const struct agent_def *d) {
    AUTO_BUF struct buf text = BUF_INIT(64u << 10), out = BUF_INIT(256u << 10);
    char description[1100], source[PATH_BYTES_MAX];
    term_line(description, sizeof description, str_from(d->description));
    term_line(source, sizeof source, str_from(d->source));
    buf_printf(&out, "%s%-12s%s ", term_style(STREAM_OUT, STYLE_BOLD), d->name,
               term_style(STREAM_OUT, STYLE_NONE));
    help_words(&out, str_from(description), MAX(strlen(d->name), LIST_COLUMN - 1) + 1, LIST_COLUMN);
    buf_printf(&text, "from %s; tools:", source);
    for (size_t k = 0; d->tools[k]; k++)
        buf_printf(&text, " %s", d->tools[k]);
    if (d->subagents[0])
        buf_append_c(&text, "; starts:");
    for (size_t k = 0; d->subagents[k]; k++)
        buf_printf(&text, " %s", d->subagents[k]);
    help_words(&out, buf_str(&text), 0, LIST_COLUMN);
    out_write(buf_str(&out));
}

static bool list_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_SET struct agent_set *set = agent_set_create();
    if (!load_here(set, err) || !agent_set_check(set, err))
        return false;
    for (size_t i = 0; agent_set_at(set, i); i++) {
        const struct agent_def *d = agent_set_at(set, i);
        if (args_flag(args, "json")) {
            out_printf("%s\n", d->json);
            continue;
        }
        list_one(d);
    }
    return true;
}

static bool schema_run(const struct args *args, int *status, struct err *err) {
    (void)args;
    (void)status;
    (void)err;
    out_write(agent_schema());
    return true;
}

static const struct option list_options[] = {
    {.name = "json", .kind = OPTION_FLAG, .help = "one definition a line"},
    {0},
};
static const struct cmd agent_check = {
    .name = "check",
    .group = GROUP_AGENTS,
    .summary = "check definitions: files, directories, those of this place",
    .operands = "[FILE...]",
    .examples = "drover agent check\ndrover agent check reviewer.json\n",
    .run = check_run,
};
static const struct cmd agent_list = {
    .name = "list",
    .group = GROUP_AGENTS,
    .summary = "list the agents that a run here can use",
    .examples = "drover agent list\n",
    .options = list_options,
    .run = list_run,
};
static const struct cmd agent_schema_cmd = {
    .name = "schema",
    .group = GROUP_AGENTS,
    .summary = "print the JSON Schema of a definition",
    .examples = "drover agent schema > agent.schema.json\n",
    .run = schema_run,
};
static const struct cmd *const agent_subs[] = {&agent_check, &agent_list, &agent_schema_cmd, NULL};

const struct cmd cmd_agent = {
    .name = "agent",
    .group = GROUP_AGENTS,
    .summary = "check, list and describe agent definitions",
    .examples = "drover agent list\ndrover agent check .drover/agents/fixer.json\n",
    .about = "Definitions are JSON files in .drover/agents (this repository) and in the user's "
             "configuration directory; the first replace the second, both replace the built-in "
             "ones.\n",
    .subs = agent_subs,
};
