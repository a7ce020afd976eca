/* A run's directory for one test, and waiting for the store's answers. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <semaphore.h>
#include <time.h>
#include <sys/wait.h>
#include "store/store_int.h"

struct fixture {
    char dir[64];
    struct store *store;
    sem_t wake;
    long done, refused; /* answers so far */
    long order_broken;  /* answers that came out of order */
    struct err last;    /* the last refusal */
    int ack_fd;         /* a byte for every durable answer, -1 for none */
    bool (*sync)(void *, struct err *);
    void *sync_arg;
};

static void fixture_wake(void *arg) {
    sem_post(&((struct fixture *)arg)->wake);
}

static void fixture_init(struct fixture *f, const char *parent) {
    *f = (struct fixture){.ack_fd = -1};
    snprintf(f->dir, sizeof(f->dir), "%s/drover-store-XXXXXX", parent);
    assert_non_null(mkdtemp(f->dir));
    assert_int_equal(sem_init(&f->wake, 0, 0), 0);
}

static void fixture_release(struct fixture *f) {
    store_close(f->store);
    f->store = NULL;
    assert_true(dir_remove(f->dir, NULL));
    sem_destroy(&f->wake);
}

static bool fixture_open(struct fixture *f, bool create, struct err *err) {
    struct store_options options = {
        .wake = fixture_wake, .wake_arg = f, .sync = f->sync, .sync_arg = f->sync_arg};
    return create ? store_create(&f->store, f->dir, &options, err)
                  : store_open(&f->store, f->dir, &options, err);
}

static void must_open(struct fixture *f, bool create) {
    struct err err = ERR_INIT;
    if (!fixture_open(f, create, &err)) {
        fail_msg("%s", err.msg);
    }
}

static void on_answer(void *arg, const struct err *err) {
    struct fixture *f = arg;
    f->done++;
    if (err) {
        f->refused++;
        f->last = *err;
    } else if (f->ack_fd >= 0) {
        ASSERT(write(f->ack_fd, "x", 1) == 1);
    }
}

/* Until so many answers came. */
static void wait_for(struct fixture *f, long done) {
    store_drain(f->store);
    while (f->done < done) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 60;
        while (sem_timedwait(&f->wake, &until) != 0) {
            ASSERT(errno == EINTR);
        }
        store_drain(f->store);
    }
}

static void submit(struct fixture *f, struct txn *txn) {
    store_submit(f->store, txn, on_answer, f);
}

static void submit_and_wait(struct fixture *f, struct txn *txn) {
    long before = f->done;
    submit(f, txn);
    wait_for(f, before + 1);
}

/* The run and its root agent: what every journal begins with. */
static struct txn *first_txn(void) {
    struct txn *txn = txn_create();
    struct run_row run = {.id = STR("r1"),
                          .goal = STR("make it pass"),
                          .state = STR("running"),
                          .seed = UINT64_MAX - 1,
                          .root_agent = 1};
    struct agent_row agent = {.id = 1,
                              .path = STR("1"),
                              .name = STR("lead"),
                              .definition_json = STR("{\"name\":\"lead\"}"),
                              .tools_json = STR("[]"),
                              .state = STR("running"),
                              .layers_json = STR("[]")};
    txn_run_insert(txn, &run);
    txn_agent_insert(txn, &agent);
    return txn;
}

/* Step k: a turn and the event that tells of it, with a text of n bytes that do not compress. */
static struct txn *step_txn(struct store *store, int64_t k, size_t n) {
    struct txn *txn = txn_create();
    AUTO_FREE char *noise = xmalloc(n + 1);
    uint64_t x = (uint64_t)k * 88172645463325252ull + 1;
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        noise[i] = (char)x;
    }
    struct turn_row turn = {.agent = 1, .number = k, .end = STR("ended")};
    struct call_row call = {.agent = 1, .turn = k, .tool = STR("Bash"), .state = STR("done")};
    txn_turn_insert(txn, &turn);
    call.result_text = txn_text(store, txn, (struct str){noise, n});
    txn_call_insert(txn, &call);
    txn_event(txn, 1, "step", STR("{}"));
    return txn;
}

static bool count_turn(void *arg, const struct turn_row *row) {
    int64_t *n = arg;
    assert_int_equal(row->number, *n + 1); /* no gap: each only after the one before it */
    (*n)++;
    return true;
}

static bool count_event(void *arg, const struct event_row *row) {
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

struct texts {
    struct store *store;
    int64_t n;
};
static bool read_call_text(void *arg, const struct call_row *row) {
    struct texts *t = arg;
    struct err err = ERR_INIT;
    AUTO_BUF struct buf text = BUF_INIT(1u << 20);
    if (!store_read_text(t->store, row->result_text, &text, &err)) {
        fail_msg("%s", err.msg);
    }
    t->n++;
    return true;
}

/* Steps in the journal; fails if any of them is there in part. */
static int64_t count_steps(struct store *store) {
    int64_t turns = 0, events = 0;
    struct texts texts = {.store = store};
    struct err err = ERR_INIT;
    if (!store_read_turns(store, 1, count_turn, &turns, &err) ||
        !store_read_events(store, 0, 0, count_event, &events, &err) ||
        !store_read_calls(store, 0, read_call_text, &texts, &err)) {
        fail_msg("%s", err.msg);
    }
    assert_int_equal(turns, events);
    assert_int_equal(turns, texts.n);
    return turns;
}
#endif
