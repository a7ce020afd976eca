/* Claims of runtime/base/queue.h, clock.h, log.h and base.h: what threads rely on. Method: real
 * threads (run it under TSan: make tsan), a fake clock, and children that are meant to die. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/queue.h"
#include "runtime/base/str.h"

enum { PRODUCERS = 4, MESSAGES = 5000 };

struct message {
    struct queue_node node;
    int producer, number;
};

struct producer {
    struct queue *q;
    int id;
};

static void *produce(void *arg) {
    struct producer *p = arg;
    for (int i = 0; i < MESSAGES; i++) {
        struct message *m = xcalloc(1, sizeof(*m));
        m->producer = p->id;
        m->number = i;
        queue_push(p->q, &m->node);
    }
    return NULL;
}

static atomic_int wakes;

static void count_wake(void *arg) {
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void test_every_message_arrives_once_and_in_its_producers_order(void **state) {
    struct queue *q = queue_create(count_wake, &wakes);
    pthread_t thread[PRODUCERS];
    struct producer producer[PRODUCERS];
    int next[PRODUCERS] = {0};
    for (int i = 0; i < PRODUCERS; i++) {
        producer[i] = (struct producer){q, i};
        assert_int_equal(pthread_create(&thread[i], NULL, produce, &producer[i]), 0);
    }
    for (int taken = 0; taken < PRODUCERS * MESSAGES;) {
        struct queue_node *list = taken % 3 ? queue_wait(q, -1) : queue_take_all(q);
        while (list) {
            struct queue_node *node = list;
            struct message *m = (struct message *)node;
            list = node->next;
            assert_int_equal(m->number, next[m->producer]++);
            free(m);
            taken++;
        }
        sched_yield();
    }
    for (int i = 0; i < PRODUCERS; i++) {
        pthread_join(thread[i], NULL);
    }
    assert_null(queue_pop(q));
    assert_int_equal(queue_length(q), 0);
    assert_true(atomic_load(&wakes) >= 1);
    queue_destroy(q);
}

static void test_only_a_push_to_an_empty_queue_wakes(void **state) {
    atomic_int woken = 0;
    struct queue *q = queue_create(count_wake, &woken);
    struct queue_node nodes[3];
    queue_push(q, &nodes[0]);
    queue_push(q, &nodes[1]);
    assert_int_equal(woken, 1);
    assert_int_equal(queue_length(q), 2);
    assert_ptr_equal(queue_pop(q), &nodes[0]);
    queue_push(q, &nodes[2]);
    assert_int_equal(woken, 1);
    assert_ptr_equal(queue_take_all(q), &nodes[1]);
    assert_ptr_equal(nodes[1].next, &nodes[2]);
    queue_push(q, &nodes[0]);
    assert_int_equal(woken, 2);
    queue_pop(q);
    queue_destroy(q);
}

static void test_waiting_ends_by_timeout_and_by_close(void **state) {
    struct queue *q = queue_create(NULL, NULL);
    struct queue_node node;
    int64_t start = clock_mono_ms();
    assert_null(queue_wait(q, 30));
    assert_true(clock_mono_ms() - start >= 29);
    queue_push(q, &node);
    queue_close(q);
    assert_ptr_equal(queue_wait(q, -1), &node); /* what is inside can still be taken */
    assert_null(queue_wait(q, -1));
    queue_destroy(q);
}

static void *wait_for_close(void *arg) {
    return queue_wait(arg, -1);
}

static void test_close_wakes_a_sleeping_consumer(void **state) {
    struct queue *q = queue_create(NULL, NULL);
    pthread_t thread;
    void *result = q;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_close, q), 0);
    usleep(5000);
    queue_close(q);
    pthread_join(thread, &result);
    assert_null(result);
    queue_destroy(q);
}

static void test_a_fake_clock_stands_still_until_it_is_moved(void **state) {
    clock_fake(1000, 5000);
    assert_int_equal(clock_mono_ms(), 1000);
    assert_int_equal(clock_wall_ms(), 5000);
    clock_fake_advance(250);
    assert_int_equal(clock_mono_ns(), 1250 * 1000000ll);
    assert_int_equal(clock_wall_ms(), 5250);
    clock_real();
    assert_true(clock_wall_ms() > 1700000000000);
}

/* The stderr and status of a child that runs fn. */
static int child(void (*fn)(void), struct buf *err_text) {
    int pipe_fd[2], status = 0;
    assert_int_equal(pipe(pipe_fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipe_fd[1], STDERR_FILENO);
        close(pipe_fd[0]);
        fn();
        _exit(0);
    }
    close(pipe_fd[1]);
    char chunk[512];
    ssize_t n;
    while ((n = read(pipe_fd[0], chunk, sizeof(chunk))) > 0) {
        buf_append(err_text, chunk, (size_t)n);
    }
    close(pipe_fd[0]);
    waitpid(pid, &status, 0);
    return status;
}

static void die_by_assertion(void) {
    thread_role_set(THREAD_STORE);
    base_context_set("run %d, agent %s", 7, "1.2");
    ASSERT(1 + 1 == 3);
}

static void test_an_assertion_says_what_where_and_doing_what(void **state) {
    AUTO_BUF struct buf text = BUF_INIT(100000);
    int status = child(die_by_assertion, &text);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
    assert_non_null(strstr(buf_cstr(&text), "assertion failed: 1 + 1 == 3 at tests/unit/base/"));
    assert_non_null(strstr(buf_cstr(&text), "thread store, run 7, agent 1.2"));
}

static void die_on_wrong_thread(void) {
    thread_role_set(THREAD_LOOP);
    ASSERT_THREAD(THREAD_ENGINE);
}

static void destroy_a_full_queue(void) {
    struct queue *q = queue_create(NULL, NULL);
    struct queue_node node;
    queue_push(q, &node);
    queue_destroy(q);
}

static void test_misuse_is_an_assertion(void **state) {
    AUTO_BUF struct buf text = BUF_INIT(100000);
    assert_int_not_equal(child(die_on_wrong_thread, &text), 0);
    assert_int_not_equal(child(destroy_a_full_queue, &text), 0);
    thread_role_set(THREAD_ANY);
    ASSERT_THREAD(THREAD_ENGINE); /* a thread that never set a role may do everything */
}

static void test_a_log_line_cannot_be_forged(void **state) {
    char text[2048] = {0};
    int pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    log_open(pipe_fd[1], LOG_INFO);
    log_debug("not written");
    log_warn("a\nb\x1b[31m%s", "c");
    log_open(-1, LOG_INFO);
    log_error("nowhere");
    close(pipe_fd[1]);
    assert_true(read(pipe_fd[0], text, sizeof(text) - 1) > 0);
    close(pipe_fd[0]);
    assert_non_null(strstr(text, "warn tests/unit/base/test_queue.c:"));
    assert_non_null(strstr(text, " a?b?[31mc\n"));
    assert_null(strstr(text, "not written"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* one line */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_message_arrives_once_and_in_its_producers_order),
        cmocka_unit_test(test_only_a_push_to_an_empty_queue_wakes),
        cmocka_unit_test(test_waiting_ends_by_timeout_and_by_close),
        cmocka_unit_test(test_close_wakes_a_sleeping_consumer),
        cmocka_unit_test(test_a_fake_clock_stands_still_until_it_is_moved),
        cmocka_unit_test(test_an_assertion_says_what_where_and_doing_what),
        cmocka_unit_test(test_misuse_is_an_assertion),
        cmocka_unit_test(test_a_log_line_cannot_be_forged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
