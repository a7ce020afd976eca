/* Tests of src/tib_so.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tib_so(int liji);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tib_so.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tib_so.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tib_so(72386)", tib_so(72386), 8);
    CHECK("tib_so(1)", tib_so(1), 1);
    CHECK("tib_so(77012)", tib_so(77012), 7);
    CHECK("tib_so(58194)", tib_so(58194), 9);
    CHECK("tib_so(59013)", tib_so(59013), 9);
    CHECK("tib_so(0)", tib_so(0), 0);
    CHECK("tib_so(51705)", tib_so(51705), 7);
    CHECK("tib_so(45619)", tib_so(45619), 9);
    CHECK("tib_so(99999)", tib_so(99999), 9);
    CHECK("tib_so(68905)", tib_so(68905), 9);
    puts("ok src/tib_so.c");
    return 0;
}
