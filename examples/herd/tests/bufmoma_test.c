/* Tests of src/bufmoma.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int bufmoma(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/bufmoma.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/bufmoma.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("bufmoma(69709)", bufmoma(69709), 9);
    CHECK("bufmoma(49648)", bufmoma(49648), 9);
    CHECK("bufmoma(13580)", bufmoma(13580), 8);
    CHECK("bufmoma(84502)", bufmoma(84502), 8);
    CHECK("bufmoma(1)", bufmoma(1), 1);
    CHECK("bufmoma(90526)", bufmoma(90526), 9);
    CHECK("bufmoma(38390)", bufmoma(38390), 9);
    CHECK("bufmoma(69066)", bufmoma(69066), 9);
    CHECK("bufmoma(98699)", bufmoma(98699), 9);
    CHECK("bufmoma(69967)", bufmoma(69967), 9);
    puts("ok src/bufmoma.c");
    return 0;
}
