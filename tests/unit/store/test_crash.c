/* Goal: what the store said was durable survives death at every moment, and no step is ever there
 * in part. Method: a child works on a journal through a VFS that kills it, loses its power or
 * refuses to sync; the parent counts what the child was told and compares it with what is there. */
#include "tests/unit/store/fixture.h"
#include "tests/unit/store/crash_vfs.h"
#include <limits.h>

#define STEPS 24
#define STEP_BYTES                                                                                 \
    (220u << 10) /* 24 of them pass STORE_WAL_PAGES: a checkpoint is among the steps */

static _Noreturn void child(struct fixture *f, enum crash_kind kind, long at, uint64_t seed) {
    struct err err = ERR_INIT;
    crash_install(kind, at, seed);
    if (!fixture_open(f, false, &err)) {
        _exit(kind == CRASH_SYNC ? 0 : 3);
    }
    for (int64_t k = count_steps(f->store) + 1, sent = 0; k <= STEPS; k++) {
        submit(f, step_txn(f->store, k, STEP_BYTES));
        /* groups of one, two and three */
        if (++sent % 3 != 0 && k % 2 == 0) {
            wait_for(f, sent);
        }
        if (k == STEPS) {
            wait_for(f, sent);
        }
    }
    _exit(f->refused > 0 ? 4 : 0);
}

/* Steps that the child was told are durable; *status as of waitpid. */
static int64_t run_child(struct fixture *f, enum crash_kind kind, long at, uint64_t seed,
                         int *status) {
    int ack[2];
    assert_int_equal(pipe(ack), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ack[0]);
        f->ack_fd = ack[1];
        child(f, kind, at, seed);
    }
    close(ack[1]);
    int64_t acked = 0;
    char byte;
    while (read(ack[0], &byte, 1) == 1) {
        acked++;
    }
    close(ack[0]);
    assert_int_equal(waitpid(pid, status, 0), pid);
    return acked;
}

static void prepare(struct fixture *f) {
    fixture_init(f, "/tmp");
    must_open(f, true);
    submit_and_wait(f, first_txn());
    assert_int_equal(f->refused, 0);
    store_close(f->store);
    f->store = NULL;
    f->done = 0;
}

static void check_after(struct fixture *f, int64_t acked, long at) {
    must_open(f, false);
    int64_t there = count_steps(f->store);
    if (there < acked) {
        fail_msg("end %ld: %lld steps acknowledged, %lld there", at, (long long)acked,
                 (long long)there);
    }
    /* And the run goes on from there. */
    f->done = 0;
    submit_and_wait(f, step_txn(f->store, there + 1, 100));
    assert_int_equal(f->refused, 0);
    assert_int_equal(count_steps(f->store), there + 1);
}

static void test_no_acknowledged_step_is_lost_by_kill_at_any_write(void **state) {
    int killed = 0;
    /* Every change at first (opening, the first groups), then ever wider apart. */
    for (long at = 1;; at += at < 12 ? 1 : at / 4) {
        struct fixture f;
        int status = 0;
        prepare(&f);
        int64_t acked = run_child(&f, CRASH_KILL, at, 1, &status);
        check_after(&f, acked, at);
        fixture_release(&f);
        if (!WIFSIGNALED(status)) {
            assert_int_equal(WEXITSTATUS(status), 0);
            assert_int_equal(acked, STEPS);
            break;
        }
        killed++;
    }
    assert_true(killed > 20); /* otherwise the fixture did not bite */
    print_message("killed %d times\n", killed);
}

static void test_no_acknowledged_step_is_lost_by_power_at_any_sync(void **state) {
    int lost = 0;
    for (long at = 1;; at++) {
        struct fixture f;
        int status = 0;
        prepare(&f);
        int64_t acked = run_child(&f, CRASH_POWER, at, (uint64_t)at, &status);
        check_after(&f, acked, at);
        fixture_release(&f);
        if (!WIFSIGNALED(status)) {
            assert_int_equal(WEXITSTATUS(status), 0);
            assert_int_equal(acked, STEPS);
            break;
        }
        lost++;
    }
    assert_true(lost > 8);
    print_message("lost power %d times\n", lost);
}

/* The control: without the sync that makes a commit durable, the fixture above must find the loss.
 * The child runs with the syncs of its file system swallowed, as NORMAL would do. */
static void test_the_power_fixture_finds_a_store_that_does_not_sync(void **state) {
    int found = 0;
    for (uint64_t seed = 1; seed <= 8 && !found; seed++) {
        struct fixture f;
        int status = 0, ack[2];
        prepare(&f);
        assert_int_equal(pipe(ack), 0);
        pid_t pid = fork();
        if (pid == 0) {
            crash_install(CRASH_POWER, LONG_MAX, seed);
            crash.deaf = true;
            f.ack_fd = ack[1];
            must_open(&f, false);
            for (int64_t k = 1; k <= 6; k++) {
                submit_and_wait(&f, step_txn(f.store, k, 5000));
            }
            pthread_mutex_lock(&crash.lock);
            crash_power();
        }
        close(ack[1]);
        int64_t acked = 0;
        char byte;
        while (read(ack[0], &byte, 1) == 1) {
            acked++;
        }
        close(ack[0]);
        waitpid(pid, &status, 0);
        assert_int_equal(acked, 6);
        struct err err = ERR_INIT;
        found = !fixture_open(&f, false, &err) || count_steps(f.store) < acked;
        fixture_release(&f);
    }
    assert_true(found);
}

static void test_a_failed_sync_stops_the_store_and_reopening_tells(void **state) {
    int refused = 0;
    for (long at = 1; at <= 30; at++) {
        struct fixture f;
        int status = 0;
        prepare(&f);
        int64_t acked = run_child(&f, CRASH_SYNC, at, 1, &status);
        assert_true(WIFEXITED(status));
        refused += WEXITSTATUS(status) == 4;
        check_after(&f, acked, at);
        fixture_release(&f);
    }
    assert_true(refused > 5);
}

/* After a failed sync every later answer is the same error, although the disk works again. */
static void test_nothing_commits_after_an_unknown_commit(void **state) {
    struct fixture f;
    int status = 0;
    prepare(&f);
    pid_t pid = fork();
    if (pid == 0) {
        crash_install(CRASH_NONE, 0, 1);
        must_open(&f, false);
        pthread_mutex_lock(&crash.lock);
        crash.kind = CRASH_SYNC;
        crash.at = crash.syncs + 1;
        pthread_mutex_unlock(&crash.lock);
        submit_and_wait(&f, step_txn(f.store, 1, 100));
        bool first = f.refused == 1 && f.last.code == ERR_IO;
        pthread_mutex_lock(&crash.lock);
        crash.kind = CRASH_NONE;
        pthread_mutex_unlock(&crash.lock);
        submit_and_wait(&f, step_txn(f.store, 2, 100));
        struct txn *park = txn_create();
        txn_park(park);
        txn_run_state(park, "parked", (struct str){0});
        submit_and_wait(&f, park);
        _exit(first && f.refused == 3 && f.last.code == ERR_IO ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    must_open(&f, false);
    assert_true(count_steps(f.store) <= 1);
    fixture_release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_acknowledged_step_is_lost_by_kill_at_any_write),
        cmocka_unit_test(test_no_acknowledged_step_is_lost_by_power_at_any_sync),
        cmocka_unit_test(test_the_power_fixture_finds_a_store_that_does_not_sync),
        cmocka_unit_test(test_a_failed_sync_stops_the_store_and_reopening_tells),
        cmocka_unit_test(test_nothing_commits_after_an_unknown_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
