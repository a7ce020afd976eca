#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H
/* The only way between threads: messages move through a queue, pointers to shared state do not.
 * The only mutexes of the program are in queue.c. A message embeds struct queue_node as its first
 * member; whoever takes it owns it. */
#include "runtime/base/base.h"

struct queue_node {
    struct queue_node *next;
};
struct queue; /* FIFO, many producers, one consumer */

/* wake(arg), if given, is called by the pusher after a push to an empty queue, outside the lock
 * (uv_async_send fits: calls coalesce, so one wake must drain everything). */
struct queue *queue_create(void (*wake)(void *arg), void *arg);
void queue_destroy(struct queue *q); /* must be empty */
void queue_push(struct queue *q, struct queue_node *node);
struct queue_node *queue_pop(struct queue *q);      /* NULL when empty */
struct queue_node *queue_take_all(struct queue *q); /* whole list in order, or NULL */
/* Waits until a message is there, the queue is closed (NULL), or timeout_ms passed (NULL);
 * timeout_ms < 0 waits without end. */
struct queue_node *queue_wait(struct queue *q, int timeout_ms);
void queue_close(struct queue *q);
size_t queue_length(const struct queue *q);

/* Which thread may run a function: set once at thread start, asserted on entry. */
enum thread_role { THREAD_ANY, THREAD_LOOP, THREAD_ENGINE, THREAD_STORE, THREAD_POOL };
void thread_role_set(enum thread_role role);
enum thread_role thread_role_get(void);
/* Passes on a thread that never set a role (unit tests). */
#define ASSERT_THREAD(role) ASSERT(thread_role_get() == THREAD_ANY || thread_role_get() == (role))
#endif
