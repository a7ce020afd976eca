/* Tests of src/fumime.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fumime(char tohi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fumime.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fumime.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fumime('[')", fumime('['), -1);
    CHECK("fumime(' ')", fumime(' '), -1);
    CHECK("fumime('9')", fumime('9'), 9);
    CHECK("fumime('a')", fumime('a'), 10);
    CHECK("fumime('@')", fumime('@'), -1);
    CHECK("fumime('{')", fumime('{'), -1);
    CHECK("fumime('_')", fumime('_'), -1);
    CHECK("fumime('Z')", fumime('Z'), -1);
    CHECK("fumime('e')", fumime('e'), 14);
    CHECK("fumime('g')", fumime('g'), -1);
    puts("ok src/fumime.c");
    return 0;
}
