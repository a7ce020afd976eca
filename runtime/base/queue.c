/* The one way between threads, and the only mutexes of the program.
 *
 * Owns: an intrusive FIFO, its lock and its condition. Messages belong to whoever last took them
 * out; inside the queue they belong to nobody else. Many producers, one consumer.
 *
 * Invariants (under the lock): head == NULL exactly when length == 0; tail is the last node.
 * Happy path: push links the node, signals the sleeping consumer and, if the queue was empty, calls
 * wake outside the lock. The consumer drains everything per wake, since wakes coalesce. Closing
 * only wakes sleepers; what is still inside can be taken.
 * Nothing fails; misuse (destroying a queue with messages in it) is an assertion.
 */
#include "runtime/base/queue.h"
#include <errno.h>
#include <pthread.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct queue_node *head, *tail;
    size_t length;
    bool closed;
    void (*wake)(void *arg);
    void *arg;
};

struct queue *queue_create(void (*wake)(void *arg), void *arg) {
    struct queue *q = xcalloc(1, sizeof(*q));
    pthread_condattr_t attr;
    q->wake = wake;
    q->arg = arg;
    ASSERT(pthread_mutex_init(&q->lock, NULL) == 0);
    ASSERT(pthread_condattr_init(&attr) == 0);
    ASSERT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    ASSERT(pthread_cond_init(&q->filled, &attr) == 0);
    pthread_condattr_destroy(&attr);
    return q;
}

void queue_destroy(struct queue *q) {
    if (q == NULL) {
        return;
    }
    ASSERT(q->head == NULL);
    pthread_cond_destroy(&q->filled);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static void lock(struct queue *q) {
    ASSERT(pthread_mutex_lock(&q->lock) == 0);
}

static void unlock(struct queue *q) {
    ASSERT(pthread_mutex_unlock(&q->lock) == 0);
}

void queue_push(struct queue *q, struct queue_node *node) {
    node->next = NULL;
    lock(q);
    bool was_empty = q->head == NULL;
    if (was_empty) {
        q->head = node;
    } else {
        q->tail->next = node;
    }
    q->tail = node;
    q->length++;
    ASSERT(pthread_cond_signal(&q->filled) == 0);
    /* Read under the lock: once it is open the consumer may take the message and end. */
    void (*wake)(void *) = was_empty ? q->wake : NULL;
    void *arg = q->arg;
    unlock(q);
    if (wake) {
        wake(arg);
    }
}

static struct queue_node *pop_locked(struct queue *q) {
    struct queue_node *node = q->head;
    if (node) {
        q->head = node->next;
        q->tail = q->head ? q->tail : NULL;
        q->length--;
        node->next = NULL;
    }
    return node;
}

struct queue_node *queue_pop(struct queue *q) {
    lock(q);
    struct queue_node *node = pop_locked(q);
    unlock(q);
    return node;
}

struct queue_node *queue_take_all(struct queue *q) {
    lock(q);
    struct queue_node *list = q->head;
    q->head = q->tail = NULL;
    q->length = 0;
    unlock(q);
    return list;
}

struct queue_node *queue_wait(struct queue *q, int timeout_ms) {
    struct timespec until;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    if (timeout_ms >= 0) {
        int64_t ns = until.tv_nsec + (int64_t)(timeout_ms % 1000) * 1000000;
        until.tv_sec += timeout_ms / 1000 + (time_t)(ns / 1000000000);
        until.tv_nsec = (long)(ns % 1000000000);
    }
    lock(q);
    while (q->head == NULL && !q->closed) {
        int rc = timeout_ms < 0 ? pthread_cond_wait(&q->filled, &q->lock)
                                : pthread_cond_timedwait(&q->filled, &q->lock, &until);
        if (rc == ETIMEDOUT) {
            break;
        }
        ASSERT(rc == 0);
    }
    struct queue_node *node = pop_locked(q);
    unlock(q);
    return node;
}

void queue_close(struct queue *q) {
    lock(q);
    q->closed = true;
    ASSERT(pthread_cond_broadcast(&q->filled) == 0);
    unlock(q);
}

size_t queue_length(const struct queue *q) {
    struct queue *self = (struct queue *)(uintptr_t)q; /* counting needs the lock, not a change */
    lock(self);
    size_t n = self->length;
    unlock(self);
    return n;
}

static _Thread_local enum thread_role role = THREAD_ANY;

void thread_role_set(enum thread_role new_role) {
    role = new_role;
}

enum thread_role thread_role_get(void) {
    return role;
}
