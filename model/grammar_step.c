/* Threads of the automaton: what may follow a finished value, and one symbol further.
 *
 * Owns: nothing; appends threads to the step's output. Any thread of the program.
 *
 * A thread is one reading of what was written since the call began: a leaf that waits for bytes (or
 * for one control token), a stack of objects and arrays around it, and where in the call's framing
 * that stack stands. The schema decides nearly everything, so usually there is one thread; a choice
 * whose alternatives may begin alike (the next property or the end, anyOf, a number's end) is
 * several threads until the bytes decide. Equal threads are merged. When there would be more than
 * THREADS_MAX the last ones are dropped: the language gets smaller, never wrong, because every
 * thread by itself can be completed.
 *
 *     call:  open NAME name_close {arguments} call_close --+--> next NAME ...
 *                                                          +--> finish, end token
 *
 * Why every thread can be completed: leaves promise it (grammar_leaf.c); an object goes on to its
 * next property until no required one is left, and may then close; properties that cannot be
 * satisfied now are optional (otherwise the tool cannot be named); an array has need <= room;
 * framing is finite; the number of nodes is, and schemas do not recurse.
 */
#include "model/grammar_int.h"

void threads_reserve(struct threads *threads, uint32_t n) {
    if (n > threads->cap) {
        threads->cap = MAX(n, 2 * threads->cap);
        threads->at = xreallocarray(threads->at, threads->cap, sizeof(*threads->at));
    }
}

void threads_push(struct step *s, const struct thread *t) {
    struct threads *out = s->out;
    for (uint32_t i = s->out_from; i < out->n; i++) {
        if (memcmp(&out->at[i], t, sizeof(*t)) == 0) {
            return;
        }
    }
    if (out->n - s->out_from < THREADS_MAX) {
        struct thread copy = *t; /* t may be in the array that grows */
        threads_reserve(out, out->n + 1);
        out->at[out->n++] = copy;
    }
}

static void wait_literal(struct step *s, struct thread *t, struct str text) {
    memset(&t->leaf, 0, sizeof(t->leaf));
    t->leaf.kind = LEAF_LITERAL;
    t->leaf.u.literal.at = text.ptr;
    t->leaf.u.literal.n = text.len;
    if (text.len == 0) {
        step_finish(s, t);
    } else {
        threads_push(s, t);
    }
}

static struct frame *top(struct thread *t) {
    ASSERT(t->depth > 0);
    return &t->frames[t->depth - 1];
}

static void pop(struct step *s, struct thread *t) {
    memset(top(t), 0, sizeof(struct frame));
    t->depth--;
    step_finish(s, t);
}

/* ---- objects ---- */

static bool bind_satisfiable(const struct grammar *g, const struct bindings *b, uint32_t at) {
    const struct node *node = &g->nodes[at];
    if (b == NULL || node->kind != NODE_STRING) {
        return true;
    }
    return node->bind == BIND_PATH        ? !b->paths_complete || b->paths
           : node->bind == BIND_READ_PATH ? b->file_paths != NULL
                                          : true;
}

bool step_tool_callable(const struct grammar *g, const struct bindings *b,
                        const struct tool *tool) {
    const struct node *object = &g->nodes[tool->arguments];
    for (uint32_t i = 0; i < object->count; i++) {
        const struct property *p = &g->properties[object->first + i];
        if (p->required && !bind_satisfiable(g, b, p->node)) {
            return false;
        }
    }
    return true;
}

/* Every property up to the next required one may be next; if there is none, the object may end. */
static void object_choose(struct step *s, struct thread *t, bool first) {
    const struct node *node = &s->g->nodes[top(t)->node];
    for (uint32_t i = top(t)->at; i < node->count; i++) {
        const struct property *p = &s->g->properties[node->first + i];
        if (!bind_satisfiable(s->g, s->bindings, p->node)) {
            s->touched = true;
            continue;
        }
        s->touched |= s->g->nodes[p->node].bind == BIND_PATH && !p->required;
        struct thread next = *t;
        top(&next)->at = i + 1;
        top(&next)->phase = PHASE_KEY;
        wait_literal(s, &next, str_slice(p->key, first ? p->comma_len : 0, p->key.len));
        if (p->required || (p->replace_all && t->must_replace)) {
            return;
        }
    }
    top(t)->phase = PHASE_CLOSED;
    top(t)->at = 0;
    wait_literal(s, t, node->raw ? (struct str){"", 0} : STR("}"));
}

static void object_finish(struct step *s, struct thread *t) {
    const struct node *node = &s->g->nodes[top(t)->node];
    switch ((enum frame_phase)top(t)->phase) {
    case PHASE_OPENED:
        object_choose(s, t, true);
        return;
    case PHASE_KEY:
        top(t)->phase = PHASE_VALUE;
        step_begin(s, t, s->g->properties[node->first + top(t)->at - 1].node);
        return;
    case PHASE_VALUE: {
        /* raw text has ended with its value_close; other values in raw style have it still to come
         */
        bool ends_itself = !node->raw || t->leaf.kind == LEAF_RAW;
        if (!ends_itself) {
            top(t)->phase = PHASE_COMMA;
            wait_literal(s, t, s->g->value_close);
            return;
        }
        object_choose(s, t, false);
        return;
    }
    case PHASE_COMMA:
        object_choose(s, t, false);
        return;
    case PHASE_CLOSED:
        pop(s, t);
        return;
    }
}

/* ---- arrays ---- */

static void array_item(struct step *s, struct thread *t) {
    struct frame *f = top(t);
    ASSERT(f->at > 0);
    f->at--;
    f->need -= f->need > 0;
    f->phase = PHASE_VALUE;
    step_begin(s, t, s->g->nodes[f->node].first);
}

static void array_close(struct step *s, const struct thread *from) {
    struct thread t = *from;
    top(&t)->phase = PHASE_CLOSED;
    top(&t)->at = 0;
    wait_literal(s, &t, STR("]"));
}

static void array_finish(struct step *s, struct thread *t) {
    struct frame *f = top(t);
    switch ((enum frame_phase)f->phase) {
    case PHASE_OPENED:
    case PHASE_VALUE:
        if (f->need == 0) {
            array_close(s, t);
        }
        if (f->at == 0) {
            return;
        }
        if (f->phase == PHASE_OPENED) {
            array_item(s, t);
            return;
        }
        f->phase = PHASE_COMMA;
        wait_literal(s, t, s->g->comma);
        return;
    case PHASE_COMMA:
        array_item(s, t);
        return;
    case PHASE_CLOSED:
        pop(s, t);
        return;
    case PHASE_KEY:
        break;
    }
    ASSERT(!"an array has no keys");
}

/* ---- the call around them ---- */

static void enter(struct step *s, struct thread *t, unsigned list) {
    memset(&t->leaf, 0, sizeof(t->leaf));
    t->list = (uint8_t)list;
    t->piece = 0;
    step_finish(s, t);
}

static void wait_name(struct step *s, struct thread *t) {
    memset(&t->leaf, 0, sizeof(t->leaf));
    t->list = IN_NAME;
    t->piece = 0;
    t->leaf.kind = LEAF_NAME;
    t->leaf.u.choice.hi = s->n_names;
    threads_push(s, t);
}

static void call_closed(struct step *s, struct thread *t) {
    t->replace_all = t->must_replace = 0;
    t->tool = 0;
    t->file = NO_FILE;
    t->old_at = t->old_len = 0;
    t->calls++;
    if (s->g->several && t->calls < CALLS_PER_TURN_MAX) {
        struct thread next = *t;
        enter(s, &next, LIST_NEXT);
    }
    enter(s, t, LIST_FINISH);
}

static void list_done(struct step *s, struct thread *t) {
    switch ((enum phase_list)t->list) {
    case LIST_OPEN:
    case LIST_NEXT:
        wait_name(s, t);
        return;
    case LIST_NAME_CLOSE:
        t->list = IN_ARGUMENTS;
        t->piece = 0;
        step_begin(s, t, s->g->tools[t->tool].arguments);
        return;
    case LIST_CALL_CLOSE:
        call_closed(s, t);
        return;
    case LIST_FINISH:
        memset(&t->leaf, 0, sizeof(t->leaf));
        t->leaf.kind = LEAF_END;
        t->list = IN_END;
        t->piece = 0;
        threads_push(s, t);
        return;
    case LISTS:
        break;
    }
    ASSERT(!"no such list of pieces");
}

static void call_finish(struct step *s, struct thread *t) {
    if (t->list == IN_NAME) {
        enter(s, t, LIST_NAME_CLOSE);
        return;
    }
    if (t->list == IN_ARGUMENTS) {
        enter(s, t, LIST_CALL_CLOSE);
        return;
    }
    const struct piece_list *list = &s->g->piece[t->list];
    if (t->piece == list->n) {
        list_done(s, t);
        return;
    }
    const struct grammar_piece *piece = &list->at[t->piece++];
    if (piece->kind == PIECE_TEXT) {
        wait_literal(s, t, piece->text);
    } else if (piece->kind == PIECE_INDEX) {
        leaf_begin(s, t, s->g->index_node);
    } else {
        memset(&t->leaf, 0, sizeof(t->leaf));
        t->leaf.kind = LEAF_TOKEN;
        t->leaf.u.token = piece->token;
        threads_push(s, t);
    }
}

/* ---- steps ---- */

void step_finish(struct step *s, struct thread *t) {
    if (t->depth == 0) {
        call_finish(s, t);
    } else if (s->g->nodes[top(t)->node].kind == NODE_OBJECT) {
        object_finish(s, t);
    } else {
        array_finish(s, t);
    }
}

void step_begin(struct step *s, struct thread *t, uint32_t at) {
    const struct node *node = &s->g->nodes[at];
    if (node->kind == NODE_ANY_OF) {
        for (uint32_t i = 0; i < node->count; i++) {
            struct thread copy = *t;
            step_begin(s, &copy, s->g->lists[node->first + i]);
        }
        return;
    }
    if (node->kind != NODE_OBJECT && node->kind != NODE_ARRAY) {
        leaf_begin(s, t, at);
        return;
    }
    ASSERT(t->depth < ARRAY_LEN(t->frames));
    bool object = node->kind == NODE_OBJECT;
    t->frames[t->depth++] = (struct frame){.node = (uint16_t)at,
                                           .phase = PHASE_OPENED,
                                           .at = object ? 0 : (uint32_t)node->max,
                                           .need = object ? 0 : (uint32_t)node->min};
    wait_literal(s, t, node->raw ? (struct str){"", 0} : object ? STR("{") : STR("["));
}

void step_start(struct step *s) {
    struct thread t;
    memset(&t, 0, sizeof(t));
    t.file = NO_FILE;
    if (s->n_names > 0) {
        enter(s, &t, LIST_OPEN);
    }
}

void step_byte(struct step *s, const struct thread *t, unsigned char c) {
    if (t->leaf.kind != LEAF_LITERAL) {
        leaf_step(s, t, c);
        return;
    }
    if ((unsigned char)*t->leaf.u.literal.at != c) {
        return;
    }
    struct thread next = *t;
    next.leaf.u.literal.at++;
    if (--next.leaf.u.literal.n == 0) {
        step_finish(s, &next);
    } else {
        threads_push(s, &next);
    }
}

void step_token(struct step *s, const struct thread *t, int32_t token) {
    if (t->leaf.kind == LEAF_TOKEN && t->leaf.u.token == token) {
        struct thread next = *t;
        step_finish(s, &next);
    } else if (t->leaf.kind == LEAF_END) {
        for (size_t i = 0; i < s->g->n_end; i++) {
            if (s->g->end[i] == token) {
                threads_push(s, t);
            }
        }
    }
}

int32_t step_only(struct step *s, const struct thread *t) {
    switch ((enum leaf_kind)t->leaf.kind) {
    case LEAF_LITERAL:
        return (unsigned char)*t->leaf.u.literal.at;
    case LEAF_TOKEN:
        return 256 + (int32_t)t->leaf.u.token;
    case LEAF_END:
        return 256 + s->g->end[0];
    default:
        return leaf_only(s, t);
    }
}
